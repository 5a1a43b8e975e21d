//! Planted fraud: rings of five people with one identity, whose claims come days after their cover begins.

use super::World;
use crate::truth::Ring;

/// Members of a ring.
pub(super) const MEMBERS: u64 = 5;

/// A place in a ring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) ring: u64,
    /// From 0 up to, and without, [`MEMBERS`].
    pub(super) place: u64,
}

impl World {
    /// How many rings there are.
    pub(crate) fn rings(&self) -> u64 {
        (self.policyholders / 25_000).max(2)
    }

    fn stride(&self) -> u64 {
        self.policyholders / (self.rings() * MEMBERS)
    }

    /// The member that a customer is.
    pub(super) fn member_at(&self, index: u64) -> Option<Member> {
        let (number, rest) = (index / self.stride(), index % self.stride());
        (rest == 11 && number < self.rings() * MEMBERS)
            .then_some(Member { ring: number / MEMBERS, place: number % MEMBERS })
    }

    /// The customer that a member is.
    fn index_of(&self, member: Member) -> u64 {
        (member.ring * MEMBERS + member.place) * self.stride() + 11
    }

    /// The claim of a member: they come in the last months.
    pub(super) fn claim_of(&self, member: Member) -> u64 {
        let all = self.claims();
        all * 82 / 100 + (member.ring * MEMBERS + member.place) * self.claim_stride()
    }

    fn claim_stride(&self) -> u64 {
        (self.claims() * 17 / 100 / (self.rings() * MEMBERS)).max(1)
    }

    /// The customer whose planted claim this is.
    pub(super) fn planted(&self, claim: u64) -> Option<u64> {
        let after = claim.checked_sub(self.claims() * 82 / 100)?;
        let (number, rest) = (after / self.claim_stride(), after % self.claim_stride());
        (rest == 0 && number < self.rings() * MEMBERS)
            .then(|| self.index_of(Member { ring: number / MEMBERS, place: number % MEMBERS }))
    }

    /// Every ring with its customers and planted claims.
    pub(crate) fn planted_rings(&self) -> Vec<Ring> {
        let ring = |ring| {
            let members: Vec<Member> = (0..MEMBERS).map(|place| Member { ring, place }).collect();
            Ring {
                customers: members.iter().map(|member| super::customer_no(self.index_of(*member))).collect(),
                claims: members.iter().map(|member| super::claim_no(self.claim_of(*member))).collect(),
            }
        };
        (0..self.rings()).map(ring).collect()
    }
}
