//! Passwords of users, for the console.

mod change_password;
mod create_login_profile;
mod delete_login_profile;
mod get_login_profile;
mod update_login_profile;

use iam::LoginProfile;
use serde::Serialize;

pub(super) use self::change_password::ChangePassword;
pub(super) use self::create_login_profile::CreateLoginProfile;
pub(super) use self::delete_login_profile::DeleteLoginProfile;
pub(super) use self::get_login_profile::GetLoginProfile;
pub(super) use self::update_login_profile::UpdateLoginProfile;

use crate::timestamp::iso_8601;

/// What is shown of a password.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    login_profile: Shown,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Shown {
    user_name: String,
    create_date: String,
    password_reset_required: bool,
}

impl From<LoginProfile> for Output {
    fn from(profile: LoginProfile) -> Output {
        Output {
            login_profile: Shown {
                user_name: profile.user.to_string(),
                create_date: iso_8601(profile.created_at),
                password_reset_required: profile.reset_required,
            },
        }
    }
}
