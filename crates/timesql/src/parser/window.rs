//! Windows: `OVER (PARTITION BY … ORDER BY … ROWS BETWEEN … AND …)`.

use super::Parser;
use crate::ast::{Frame, FrameEdge, Window};
use crate::error::QueryError;

impl Parser<'_> {
    pub(super) fn window(&mut self) -> Result<Window, QueryError> {
        self.symbol("(")?;
        let mut window = Window::default();
        if self.take_words(&["partition", "by"]) {
            window.partition_by = self.list(Self::expression)?;
        }
        window.order_by = self.order_by()?;
        if self.is_word("rows") || self.is_word("range") {
            window.frame = Some(self.frame()?);
        }
        self.symbol(")")?;
        Ok(window)
    }

    fn frame(&mut self) -> Result<Frame, QueryError> {
        let by_rows = self.take_word("rows");
        if !by_rows {
            self.word("range")?;
        }
        if !self.take_word("between") {
            let start = self.frame_edge()?;
            return Ok(Frame { by_rows, start, end: FrameEdge::Current });
        }
        let start = self.frame_edge()?;
        self.word("and")?;
        let end = self.frame_edge()?;
        Ok(Frame { by_rows, start, end })
    }

    fn frame_edge(&mut self) -> Result<FrameEdge, QueryError> {
        if self.take_words(&["unbounded", "preceding"]) {
            return Ok(FrameEdge::UnboundedPreceding);
        }
        if self.take_words(&["unbounded", "following"]) {
            return Ok(FrameEdge::UnboundedFollowing);
        }
        if self.take_words(&["current", "row"]) {
            return Ok(FrameEdge::Current);
        }
        let distance = self.expression()?;
        if self.take_word("preceding") {
            return Ok(FrameEdge::Preceding(distance));
        }
        self.word("following")?;
        Ok(FrameEdge::Following(distance))
    }
}
