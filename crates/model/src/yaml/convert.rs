//! A node as serde's deserializer: the wanted type decides what a scalar means.

use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::{Entry, Node, Scalar, Value, error::Error, node::Meaning, shown};

impl Node {
    /// What the node is, in words.
    fn described(&self) -> String {
        match &self.value {
            Value::Scalar(scalar) if scalar.is_null() => "nothing".to_owned(),
            Value::Scalar(scalar) => format!("`{}`", shown(&scalar.text)),
            Value::Sequence(_) => "a list".to_owned(),
            Value::Mapping(_) => "keys and values".to_owned(),
        }
    }

    fn expected(&self, what: &str) -> Error {
        let hint = match (&self.value, what) {
            (Value::Scalar(scalar), "`true` or `false`")
                if matches!(scalar.text.to_lowercase().as_str(), "yes" | "no" | "on" | "off" | "y" | "n") =>
            {
                Some("only `true` and `false` are truth values".to_owned())
            }
            (Value::Scalar(_), "a list") => Some("write `[a, b]`, or one line per entry starting with `- `".to_owned()),
            _ => None,
        };
        Error::hinted(format!("expected {what}, found {}", self.described()), hint).at(self.position)
    }

    fn scalar(&self) -> Result<&Scalar, Error> {
        match &self.value {
            Value::Scalar(scalar) => Ok(scalar),
            _ => Err(self.expected("a single value")),
        }
    }

    fn written(&self) -> Result<&str, Error> {
        match &self.value {
            Value::Scalar(scalar) if !scalar.is_null() => Ok(&scalar.text),
            _ => Err(self.expected("text")),
        }
    }

    fn float(&self) -> Result<f64, Error> {
        match self.scalar()?.meaning() {
            Meaning::Float(value) => Ok(value),
            #[expect(clippy::cast_precision_loss, reason = "a whole number where a fraction may stand")]
            Meaning::Unsigned(value) => Ok(value as f64),
            #[expect(clippy::cast_precision_loss, reason = "a whole number where a fraction may stand")]
            Meaning::Signed(value) => Ok(value as f64),
            _ => Err(self.expected("a number")),
        }
    }

    fn integer<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Error> {
        let value = match self.scalar()?.meaning() {
            Meaning::Unsigned(value) => visitor.visit_u64(value),
            Meaning::Signed(value) => visitor.visit_i64(value),
            _ => return Err(self.expected("a whole number")),
        };
        // What a visitor says is about its Rust type; people read a range.
        value.map_err(|_: Error| {
            Error::new(format!("the number {} is out of range here", self.described())).at(self.position)
        })
    }
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.integer(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for &'de Node {
    type Error = Error;

    // One body for ten methods of serde's trait; written out they would hide that they are the same.
    integers!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
              deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128);

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let value = match &self.value {
            Value::Scalar(scalar) => match scalar.meaning() {
                Meaning::Null => visitor.visit_unit(),
                Meaning::Boolean(value) => visitor.visit_bool(value),
                Meaning::Unsigned(value) => visitor.visit_u64(value),
                Meaning::Signed(value) => visitor.visit_i64(value),
                Meaning::Float(value) => visitor.visit_f64(value),
                Meaning::Text(text) => visitor.visit_borrowed_str(text),
            },
            Value::Sequence(items) => visitor.visit_seq(Items(items.iter())),
            Value::Mapping(entries) => visitor.visit_map(Entries { entries: entries.iter(), value: None }),
        };
        value.map_err(|error| error.at(self.position))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.scalar()?.meaning() {
            Meaning::Boolean(value) => visitor.visit_bool(value),
            _ => Err(self.expected("`true` or `false`")),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(self.float()?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(self.float()?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.written()?).map_err(|error: Error| error.at(self.position))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.written()?).map_err(|error: Error| error.at(self.position))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(self.expected("text"))
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::Scalar(scalar) if scalar.is_null() => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.scalar()?.is_null() { visitor.visit_unit() } else { Err(self.expected("nothing")) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::Sequence(items) => visitor.visit_seq(Items(items.iter())).map_err(|error| error.at(self.position)),
            // A key whose entries are all gone (`services:`) means none.
            Value::Scalar(scalar) if scalar.is_null() => visitor.visit_seq(Items([].iter())),
            _ => Err(self.expected("a list")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::Mapping(entries) => visitor
                .visit_map(Entries { entries: entries.iter(), value: None })
                .map_err(|error| error.at(self.position)),
            Value::Scalar(scalar) if scalar.is_null() => {
                let none = Entries { entries: [].iter(), value: None };
                visitor.visit_map(none).map_err(|error| error.at(self.position))
            }
            _ => Err(self.expected("keys and values")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let access = match &self.value {
            Value::Scalar(_) => Choice { name: self.written()?, content: None },
            Value::Mapping(entries) => match entries.as_slice() {
                [Entry { key, value, .. }] => Choice { name: key, content: Some(value) },
                _ => return Err(self.expected("a word, or one key with a value")),
            },
            Value::Sequence(_) => return Err(self.expected("a word")),
        };
        visitor.visit_enum(access).map_err(|error| error.at(self.position))
    }

    /// A word of ours (`kind: null` included): the text as written, whatever it would mean elsewhere.
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(&self.scalar()?.text).map_err(|error: Error| error.at(self.position))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(node) = self.0.next() else { return Ok(None) };
        seed.deserialize(node).map(Some).map_err(|error| error.at(node.position))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'de> {
    entries: std::slice::Iter<'de, Entry>,
    value: Option<&'de Node>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        self.value = Some(&entry.value);
        let key: de::value::BorrowedStrDeserializer<'de, Error> = de::value::BorrowedStrDeserializer::new(&entry.key);
        seed.deserialize(key).map(Some).map_err(|error| error.at(entry.position))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let Some(node) = self.value.take() else { return Err(Error::new("a value without a key".to_owned())) };
        seed.deserialize(node).map_err(|error| error.at(node.position))
    }
}

struct Choice<'de> {
    name: &'de str,
    content: Option<&'de Node>,
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Error> {
        let name: de::value::StrDeserializer<'de, Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> Choice<'de> {
    fn content(&self) -> Result<&'de Node, Error> {
        self.content.ok_or_else(|| Error::new(format!("`{}` needs a value", shown(self.name))))
    }
}

impl<'de> VariantAccess<'de> for Choice<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.content {
            None => Ok(()),
            Some(node) => Err(Error::new(format!("`{}` takes no value", shown(self.name))).at(node.position)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.content()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.content()?.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.content()?.deserialize_map(visitor)
    }
}
