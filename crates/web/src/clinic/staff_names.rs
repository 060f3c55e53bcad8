//! Who works here, by name.

use charley_records::AccountId;
use charley_records::clinic::staff::StaffMember;

use super::door::Here;
use crate::error::WebError;
use crate::state::AppState;

/// Everybody who works here, by name.
#[derive(Debug, Clone, Default)]
pub struct Names {
    own: Option<AccountId>,
    all: Vec<(AccountId, String)>,
}

impl Names {
    /// Reads them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(state: &AppState, here: &Here) -> Result<Self, WebError> {
        Ok(Self::of(here.account.id, &state.store()?.staff(&here.desk).await?))
    }

    fn of(own: AccountId, staff: &[StaffMember]) -> Self {
        let mut all: Vec<(AccountId, String)> =
            staff.iter().map(|member| (member.account, member.login.clone())).collect();
        all.sort_by(|one, other| one.1.cmp(&other.1));
        all.dedup();
        Self { own: Some(own), all }
    }

    /// What to call somebody: "you", the sign-in name, or that they have left.
    pub fn call(&self, account: AccountId) -> String {
        if self.own == Some(account) {
            return "you".to_owned();
        }
        let known = self.all.iter().find(|(known, _)| *known == account);
        known.map_or_else(|| "somebody who has left".to_owned(), |(_, login)| login.clone())
    }

    /// Whether somebody works here now.
    pub fn holds(&self, account: AccountId) -> bool {
        self.all.iter().any(|(known, _)| *known == account)
    }

    /// Everybody, by name.
    pub fn iter(&self) -> impl Iterator<Item = &(AccountId, String)> {
        self.all.iter()
    }
}
