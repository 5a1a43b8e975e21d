//! The short lists that everything people-like is made of. Any likeness is chance.

pub(crate) const GIVEN_EU: &[&str] = &[
    "Greta", "Tomas", "Ivan", "Elena", "Marek", "Sofia", "Ana", "Emil", "Ines", "Noor", "Mira", "Clara", "Lukas",
    "Jonas", "Nils", "Aisha", "Karin", "Pavel", "Luca", "Hanna",
];
pub(crate) const GIVEN_IN: &[&str] =
    &["Arjun", "Priya", "Asha", "Ravi", "Meera", "Kiran", "Nisha", "Vikram", "Leela", "Rohan", "Sunita", "Dev"];
pub(crate) const FAMILY_EU: &[&str] = &[
    "Costa", "Moreau", "Okafor", "Zidane", "Silva", "Rossi", "Ekman", "Brandt", "Berg", "Frei", "Lindt", "Haas",
    "Vogel", "Dietz", "Keller", "Weiss", "Novak", "Jansen", "Marin", "Holm",
];
pub(crate) const FAMILY_IN: &[&str] =
    &["Sharma", "Patel", "Iyer", "Rao", "Nair", "Gupta", "Menon", "Joshi", "Bose", "Kulkarni"];
/// Family names whose letters are other bytes in Windows-1252 than in UTF-8.
pub(crate) const FAMILY_ACCENTED: &[&str] = &["Müller", "Köhler", "Pérez", "Sørensen", "Weiß", "Gonçalves", "Björk"];

pub(crate) const LOSSES_MOTOR: &[&str] = &[
    "Rear-end collision at a junction",
    "Hail damage to bonnet and roof",
    "Scratched in a car park, other driver left",
    "Collision with a deer",
    "Windscreen broken by a stone",
    "Side mirror torn off in a narrow street",
];
pub(crate) const LOSSES_HOME: &[&str] = &[
    "Water damage from a burst pipe",
    "Burglary through the cellar window",
    "Storm took tiles off the roof",
    "Kitchen fire, put out by the owner",
    "Lightning damaged the heating control",
];
pub(crate) const LOSSES_LIFE: &[&str] = &["Disability after illness", "Death benefit", "Critical illness"];
/// What rings write: the same words again and again.
pub(crate) const LOSS_OF_RINGS: &str = "Rear-end collision, whiplash, rented car for four weeks";

pub(crate) const CAMPAIGNS: &[&str] = &["spring-motor", "home-bundle", "life-review", "win-back"];
pub(crate) const CHANNELS: &[&str] = &["email", "phone", "post"];
pub(crate) const INTAKE: &[&str] = &["phone", "web", "agent"];
