//! What can a trace become, for other eyes than the stepper's? A page for the browser, and a picture for Perfetto.
//!
//! ```text
//!  html - data (panels, code), film, lanes, strip      json
//!                           \                          /
//!                            the states of `trace`
//! ```
//!
//! Both look at states that `State::apply` gave, and reduce nothing themselves. Used by `record`.

pub mod html;
pub mod json;
