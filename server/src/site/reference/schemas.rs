//! What a document's schemas allow, in the page's terms.

use app::page::reference::{Bounds, Field, Kind, Presence};
use serde_json::{Map, Value};
use utoipa::Number;
use utoipa::openapi::schema::{ArrayItems, Object, Schema, SchemaFormat, SchemaType};
use utoipa::openapi::security::SecurityScheme;
use utoipa::openapi::{Components, KnownFormat, OpenApi, RefOr, Type};

/// The schemas that have names.
pub(super) struct Schemas<'d>(Option<&'d Components>);

impl<'d> Schemas<'d> {
    pub(super) fn of(document: &'d OpenApi) -> Self {
        Self(document.components.as_ref())
    }

    /// A schema itself, for one that is only named.
    fn resolve<'s>(&self, schema: &'s RefOr<Schema>) -> Option<&'s Schema>
    where
        'd: 's,
    {
        match schema {
            RefOr::T(schema) => Some(schema),
            RefOr::Ref(reference) => {
                let name = reference.ref_location.rsplit('/').next()?;
                self.resolve(self.0?.schemas.get(name)?)
            }
        }
    }

    /// What is said of a way to show who one is.
    pub(super) fn security(&self, name: &str) -> Option<String> {
        match self.0?.security_schemes.get(name)? {
            RefOr::T(SecurityScheme::Http(scheme)) => scheme.description.clone(),
            _ => None,
        }
    }

    /// The fields of an object, and of the objects in it.
    pub(super) fn fields(&self, schema: &RefOr<Schema>) -> Vec<Field> {
        let Some(Schema::Object(object)) = self.resolve(schema) else { return Vec::new() };
        let fields = object.properties.iter().flat_map(|(name, property)| {
            let inner = self.fields(property);
            if inner.is_empty() {
                return vec![self.field(name, property, object)];
            }
            inner.into_iter().map(|field| Field { name: format!("{name}.{}", field.name), ..field }).collect()
        });
        fields.collect()
    }

    fn field(&self, name: &str, property: &RefOr<Schema>, object: &Object) -> Field {
        let is_required = object.required.iter().any(|required| required == name);
        Field {
            name: name.to_owned(),
            place: None,
            kind: self.kind(property),
            presence: Some(if is_required { Presence::Required } else { Presence::Optional }),
            descriptions: self.descriptions(property),
        }
    }

    /// What is said of a schema: where it is used, and else by itself. What a pattern means is
    /// said too, since the pattern is not shown.
    pub(super) fn descriptions(&self, schema: &RefOr<Schema>) -> Vec<String> {
        let here = match schema {
            RefOr::Ref(reference) => reference.description.as_str(),
            RefOr::T(_) => "",
        };
        let itself = match self.resolve(schema) {
            Some(Schema::OneOf(one_of)) => {
                return self.value_of(&one_of.items).map_or_else(Vec::new, |schema| self.descriptions(schema));
            }
            Some(Schema::Object(object)) if here.is_empty() || object.pattern.is_some() => {
                object.description.as_deref()
            }
            Some(Schema::Array(array)) => array.description.as_deref(),
            _ => None,
        };
        // A list of codes that follows is the page's own.
        let itself = itself.and_then(|text| text.split("\n\n").next()).unwrap_or_default();
        [here, itself].into_iter().filter(|text| !text.is_empty()).map(str::to_owned).collect()
    }

    /// What a value may be.
    pub(super) fn kind(&self, schema: &RefOr<Schema>) -> Kind {
        match self.resolve(schema) {
            Some(Schema::Object(object)) => kind_of(object),
            Some(Schema::Array(array)) => match &array.items {
                ArrayItems::RefOrSchema(item) => Kind::ListOf(Box::new(self.kind(item))),
                ArrayItems::False => Kind::Anything,
            },
            Some(Schema::OneOf(one_of)) => {
                self.value_of(&one_of.items).map_or(Kind::Anything, |schema| Kind::OrNull(Box::new(self.kind(schema))))
            }
            _ => Kind::Anything,
        }
    }

    /// Of `null` and something: the something.
    fn value_of<'s>(&self, items: &'s [RefOr<Schema>]) -> Option<&'s RefOr<Schema>> {
        let null = |schema: &&RefOr<Schema>| matches!(schema, RefOr::T(Schema::Object(object)) if object.schema_type == SchemaType::Type(Type::Null));
        let [value] = items.iter().filter(|schema| !null(schema)).collect::<Vec<_>>()[..] else { return None };
        items.iter().any(|schema| null(&schema)).then_some(value)
    }

    /// A value that the schema allows, without what may be absent.
    pub(super) fn example(&self, schema: &RefOr<Schema>) -> Value {
        match self.resolve(schema) {
            Some(Schema::Object(object)) => {
                let given = object.examples.first().or(object.default.as_ref());
                if let Some(value) = given.or_else(|| object.enum_values.as_ref()?.first()) {
                    return value.clone();
                }
                if !object.properties.is_empty() {
                    let required = object.properties.iter().filter(|(name, _)| object.required.contains(*name));
                    let fields = required.map(|(name, property)| (name.clone(), self.example(property)));
                    return Value::Object(fields.collect::<Map<_, _>>());
                }
                match &object.minimum {
                    Some(minimum) => serde_json::to_value(minimum).unwrap_or_default(),
                    None => Value::String("…".to_owned()),
                }
            }
            Some(Schema::Array(_)) => Value::Array(Vec::new()),
            _ => Value::Null,
        }
    }
}

fn kind_of(object: &Object) -> Kind {
    let number = |value: &Option<Number>| value.as_ref().map(written);
    if let Some(values) = &object.enum_values {
        let values = values.iter().map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        return Kind::OneOf(values.collect());
    }
    if object.format == Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)) {
        return Kind::Time;
    }
    let types: &[Type] = match &object.schema_type {
        SchemaType::Type(single) => std::slice::from_ref(single),
        SchemaType::Array(several) => several,
        SchemaType::AnyValue => &[],
    };
    let mut kinds = types.iter().filter(|kind| **kind != Type::Null).map(|kind| match kind {
        Type::String => Kind::Text(Bounds {
            min: object.min_length.map(|length| length.to_string()),
            max: object.max_length.map(|length| length.to_string()),
        }),
        Type::Integer | Type::Number => {
            Kind::Number(Bounds { min: number(&object.minimum), max: number(&object.maximum) })
        }
        Type::Boolean => Kind::Flag,
        _ => Kind::Anything,
    });
    let kind = kinds.next().unwrap_or(Kind::Anything);
    if types.contains(&Type::Null) { Kind::OrNull(Box::new(kind)) } else { kind }
}

/// As in JSON, whole numbers without a fraction.
fn written(number: &Number) -> String {
    match number {
        Number::Int(number) => number.to_string(),
        Number::UInt(number) => number.to_string(),
        Number::Float(number) => number.to_string(),
    }
}
