//! How far a stack is.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Only a change set is there.
    ReviewInProgress,
    CreateInProgress,
    CreateComplete,
    CreateFailed,
    RollbackInProgress,
    RollbackComplete,
    RollbackFailed,
    UpdateInProgress,
    UpdateCompleteCleanupInProgress,
    UpdateComplete,
    UpdateFailed,
    UpdateRollbackInProgress,
    UpdateRollbackCompleteCleanupInProgress,
    UpdateRollbackComplete,
    UpdateRollbackFailed,
    DeleteInProgress,
    DeleteComplete,
    DeleteFailed,
}

impl Status {
    /// As AWS names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::ReviewInProgress => "REVIEW_IN_PROGRESS",
            Status::CreateInProgress => "CREATE_IN_PROGRESS",
            Status::CreateComplete => "CREATE_COMPLETE",
            Status::CreateFailed => "CREATE_FAILED",
            Status::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Status::RollbackComplete => "ROLLBACK_COMPLETE",
            Status::RollbackFailed => "ROLLBACK_FAILED",
            Status::UpdateInProgress => "UPDATE_IN_PROGRESS",
            Status::UpdateCompleteCleanupInProgress => "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            Status::UpdateComplete => "UPDATE_COMPLETE",
            Status::UpdateFailed => "UPDATE_FAILED",
            Status::UpdateRollbackInProgress => "UPDATE_ROLLBACK_IN_PROGRESS",
            Status::UpdateRollbackCompleteCleanupInProgress => {
                "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
            }
            Status::UpdateRollbackComplete => "UPDATE_ROLLBACK_COMPLETE",
            Status::UpdateRollbackFailed => "UPDATE_ROLLBACK_FAILED",
            Status::DeleteInProgress => "DELETE_IN_PROGRESS",
            Status::DeleteComplete => "DELETE_COMPLETE",
            Status::DeleteFailed => "DELETE_FAILED",
        }
    }

    /// Whether there is work to do.
    pub fn is_under_way(self) -> bool {
        self.as_str().ends_with("_IN_PROGRESS") && self != Status::ReviewInProgress
    }

    /// Whether its name is free again.
    pub fn is_gone(self) -> bool {
        self == Status::DeleteComplete
    }

    /// Whether it stands still where nobody wanted it to.
    pub fn is_failed(self) -> bool {
        self.as_str().ends_with("FAILED") || self == Status::RollbackComplete
    }

    /// Whether a stack may be updated now.
    pub fn takes_update(self) -> bool {
        matches!(
            self,
            Status::CreateComplete
                | Status::UpdateComplete
                | Status::UpdateRollbackComplete
                | Status::UpdateFailed
                | Status::CreateFailed
        )
    }
}
