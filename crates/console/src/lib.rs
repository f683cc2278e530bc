//! The console's door: the pages of `ui`, and sessions of people.
