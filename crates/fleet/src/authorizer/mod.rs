//! Custom authorizers: who proves nothing by a certificate or a signature is judged by a function.
//!
//! What a client [`Shown`] becomes the event of the function, if its token is signed as the authorizer
//! wants it; what the function answers is an [`Answer`], whose documents are the client's policies
//! for as long as the answer is good.

mod answer;
mod event;
mod judge;
mod shown;

pub use answer::{Answer, AnswerError};
pub use judge::{JudgeError, Judged, Tested};
pub use shown::{Shown, ShownHttp, ShownMqtt};
