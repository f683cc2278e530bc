//! A client that asks again, whenever the server was killed before it answered.

use sigv4::Credentials;
use testkit::{CallError, Caller, Request};

use crate::credentials::credentials;
use crate::server::Server;

pub(crate) struct Owner<'a> {
    server: &'a Server,
    credentials: Credentials,
    caller: Caller,
    generation: u64,
}

impl<'a> Owner<'a> {
    pub(crate) fn of(server: &'a Server) -> Owner<'a> {
        let (address, generation) = server.address("aws", 0);
        let credentials = credentials(server);
        let caller = caller(&address, &credentials);
        Owner { server, credentials, caller, generation }
    }

    /// Asks until the server answers, which it does again after each kill.
    pub(crate) fn ask(&mut self, request: &Request) -> Result<Vec<u8>, CallError> {
        loop {
            match self.caller.fetch(request) {
                Err(CallError::Lost(_)) => {
                    let (address, generation) = self.server.address("aws", self.generation + 1);
                    self.caller = caller(&address, &self.credentials);
                    self.generation = generation;
                }
                answered => return answered,
            }
        }
    }

    pub(crate) fn must(&mut self, request: &Request) -> Vec<u8> {
        self.ask(request).unwrap_or_else(|error| panic!("{error}"))
    }
}

fn caller(address: &str, credentials: &Credentials) -> Caller {
    Caller::new(address.parse().expect("an address of this machine"), credentials.clone())
}
