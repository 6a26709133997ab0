// What editor.js is bundled from: CodeMirror with Python, in the place of a textarea.
import { autocompletion } from "@codemirror/autocomplete";
import { EditorView, keymap } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { indentUnit, syntaxHighlighting } from "@codemirror/language";
import { classHighlighter } from "@lezer/highlight";

export function editor(area, changed, check) {
  const run = { key: "Shift-Enter", run: () => (check(), true), preventDefault: true };
  const view = new EditorView({
    doc: area.value,
    extensions: [
      keymap.of([run, { ...run, key: "Mod-Enter" }, indentWithTab]),
      basicSetup,
      autocompletion({ activateOnTyping: false }), // or Enter and Escape are for it
      EditorView.lineWrapping,
      python(),
      indentUnit.of("    "),
      syntaxHighlighting(classHighlighter),
      EditorView.contentAttributes.of({ "aria-label": `${area.labels[0]?.textContent ?? "Code"}. Escape, then Tab, leaves it.` }),
      EditorView.updateListener.of((update) => update.docChanged && changed(view.state.doc.toString())),
    ],
  });
  area.before(view.dom);
  area.hidden = true;
  view.focus();
  return {
    get: () => view.state.doc.toString(),
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    focus: () => view.focus(),
  };
}
