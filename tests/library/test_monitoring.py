"""A log of one's own loop: rows as they come, never over a file that is there."""

import sys
import types

import pytest

from lrcourse import BadInput, monitor


class Tensor:
    """What torch and Keras hand over: not a float, and becomes one."""

    def __init__(self, value, attached=True):
        self.value, self.attached = value, attached

    def detach(self):
        return Tensor(self.value, False)

    def __float__(self):
        assert not self.attached
        return float(self.value)


def test_rows_are_counted_and_on_the_disk_at_once(tmp_path):
    log = monitor(tmp_path / "run.csv")
    log(2.5, lr=0.1)
    assert log.path.read_text() == "step,epoch,loss,val_loss,lr\n0,,2.5,,0.1\n"
    log(float("nan"), 0.1, 2.0, epoch=1, step=10)
    log(1)
    assert log.path.read_text().splitlines()[2:] == ["10,1,nan,2,0.1", "11,,1,,"]


def test_a_tensor_is_a_loss_and_a_torch_optimizer_a_rate(tmp_path):
    log = monitor(tmp_path / "run.csv")
    log(Tensor(0.25), lr=types.SimpleNamespace(param_groups=[{"lr": 0.5}, {"lr": 9}]))
    assert log.path.read_text().splitlines()[1] == "0,,0.25,,0.5"


def test_a_file_that_is_there_stays(tmp_path):
    (tmp_path / "run.csv").write_text("mine")
    names = [monitor(tmp_path / "run.csv").path.name for _ in range(2)]
    assert names == ["run-2.csv", "run-3.csv"]
    assert (tmp_path / "run.csv").read_text() == "mine"


def test_what_is_no_number_is_told_and_leaves_no_row(tmp_path):
    log = monitor(tmp_path / "run.csv")
    with pytest.raises(BadInput, match="loss must be one number, got 'high'"):
        log("high")
    with pytest.raises(BadInput, match="lr must be one number"):
        log(1.0, lr=[0.1, 0.2])
    assert len(log.path.read_text().splitlines()) == 1
    with pytest.raises(BadInput, match="is not there"):
        monitor(tmp_path / "no folder" / "run.csv")


def test_a_keras_callback_writes_each_batch_with_its_own_loss(tmp_path, monkeypatch):
    callbacks = types.ModuleType("keras.callbacks")
    callbacks.Callback = type("Callback", (), {})
    monkeypatch.setitem(sys.modules, "keras", types.ModuleType("keras"))
    monkeypatch.setitem(sys.modules, "keras.callbacks", callbacks)
    log = monitor(tmp_path / "run.csv")
    rows = log.keras()
    rows.model = types.SimpleNamespace(optimizer=types.SimpleNamespace(learning_rate=Tensor(1, 0)))
    for epoch in range(2):
        rows.on_epoch_begin(epoch)
        for batch, mean in enumerate((4.0, 3.0)):  # The second batch's own loss is 2.
            rows.on_train_batch_begin(batch)
            rows.on_train_batch_end(batch, {"loss": mean})
        rows.on_epoch_end(epoch, {"val_loss": 5.0})
    told = log.path.read_text().splitlines()[1:]
    assert told == ["0,0,4,,1", "1,0,2,5,1", "2,1,4,,1", "3,1,2,5,1"]
