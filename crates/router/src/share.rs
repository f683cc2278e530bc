//! A shared subscription: several sessions, one of which gets each message (MQTT 5.0 §4.8.2).

/// The members of one `$share/NAME/FILTER`, taking turns.
#[derive(Debug)]
pub struct Group<K, V> {
    members: Vec<(K, V)>,
    turn: usize,
}

impl<K, V> Default for Group<K, V> {
    fn default() -> Self {
        Group { members: Vec::new(), turn: 0 }
    }
}

impl<K: Eq, V> Group<K, V> {
    /// Adds a member, or changes how it subscribes; gives back what it replaces.
    pub fn join(&mut self, key: K, value: V) -> Option<V> {
        match self.members.iter_mut().find(|(member, _)| *member == key) {
            Some((_, old)) => Some(std::mem::replace(old, value)),
            None => {
                self.members.push((key, value));
                None
            }
        }
    }

    pub fn leave(&mut self, key: &K) -> Option<V> {
        let place = self.members.iter().position(|(member, _)| member == key)?;
        Some(self.members.swap_remove(place).1)
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.members.iter()
    }

    /// The member that gets the next message: the next in turn of those that are `ready`, or, if
    /// none is, of those that can `wait`.
    pub fn pick(
        &mut self,
        ready: impl Fn(&K, &V) -> bool,
        can_wait: impl Fn(&K, &V) -> bool,
    ) -> Option<(&K, &V)> {
        let count = self.members.len();
        let start = self.turn;
        let members = &self.members;
        let mut in_turn = (0..count).map(|offset| (start + offset) % count);
        let is = |wanted: &dyn Fn(&K, &V) -> bool, place: usize| {
            let (key, value) = &members[place];
            wanted(key, value)
        };
        let place = in_turn
            .clone()
            .find(|&place| is(&ready, place))
            .or_else(|| in_turn.find(|&place| is(&can_wait, place)))?;
        self.turn = place + 1;
        let (key, value) = &self.members[place];
        Some((key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picks(group: &mut Group<u8, ()>, ready: &[u8], times: usize) -> Vec<Option<u8>> {
        let pick =
            |_| group.pick(|key, ()| ready.contains(key), |_, ()| true).map(|(key, ())| *key);
        (0..times).map(pick).collect()
    }

    #[test]
    fn members_take_turns_and_absent_ones_are_passed_over() {
        let mut group = Group::default();
        assert!(group.pick(|_, ()| true, |_, ()| true).is_none());
        for key in [1, 2, 3] {
            group.join(key, ());
        }
        assert_eq!(picks(&mut group, &[1, 2, 3], 4), [Some(1), Some(2), Some(3), Some(1)]);
        assert_eq!(picks(&mut group, &[3], 2), [Some(3), Some(3)]);
        group.leave(&3);
        assert_eq!(picks(&mut group, &[], 2), [Some(2), Some(1)]);
    }
}
