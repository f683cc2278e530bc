//! The distinguished name of a certificate's subject or issuer, as far as policies can name it.

/// The attributes of a name that an IoT policy can ask for, by the words that it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameField {
    DistinguishedNameQualifier,
    Country,
    Organization,
    OrganizationalUnit,
    State,
    CommonName,
    SerialNumber,
    Title,
    Surname,
    GivenName,
    Initials,
    Pseudonym,
    GenerationQualifier,
}

impl NameField {
    pub const ALL: [NameField; 13] = [
        NameField::DistinguishedNameQualifier,
        NameField::Country,
        NameField::Organization,
        NameField::OrganizationalUnit,
        NameField::State,
        NameField::CommonName,
        NameField::SerialNumber,
        NameField::Title,
        NameField::Surname,
        NameField::GivenName,
        NameField::Initials,
        NameField::Pseudonym,
        NameField::GenerationQualifier,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            NameField::DistinguishedNameQualifier => "DistinguishedNameQualifier",
            NameField::Country => "Country",
            NameField::Organization => "Organization",
            NameField::OrganizationalUnit => "OrganizationalUnit",
            NameField::State => "State",
            NameField::CommonName => "CommonName",
            NameField::SerialNumber => "SerialNumber",
            NameField::Title => "Title",
            NameField::Surname => "Surname",
            NameField::GivenName => "GivenName",
            NameField::Initials => "Initials",
            NameField::Pseudonym => "Pseudonym",
            NameField::GenerationQualifier => "GenerationQualifier",
        }
    }
}

/// The values of a name in the order of the certificate; a field may come more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistinguishedName(pub Vec<(NameField, String)>);

impl DistinguishedName {
    pub fn values(&self, field: NameField) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(held, _)| *held == field).map(|(_, value)| value.as_str())
    }
}
