"""Where a class hands in and is told its marks: a module for each platform."""
