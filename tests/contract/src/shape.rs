//! What a world looks like from the outside, by name and in words.

use std::collections::BTreeMap;

use wit_parser::{
    Function, Handle, InterfaceId, Resolve, Type, TypeDefKind, TypeId, World, WorldId, WorldItem, WorldKey,
};

/// All that a world imports and exports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorldShape {
    /// What the host offers, interfaces by name. Functions and types of the world itself stand under an empty name.
    pub imports: BTreeMap<String, InterfaceShape>,
    /// What an adapter offers.
    pub exports: BTreeMap<String, InterfaceShape>,
}

/// The functions and types of one interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InterfaceShape {
    /// Signatures: `func(a: string) -> result<b, c>`.
    pub functions: BTreeMap<String, String>,
    /// Types.
    pub types: BTreeMap<String, TypeShape>,
}

/// One named type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeShape {
    /// `record`, `variant`, `enum`, `flags`, `resource`, or `type` for an alias.
    pub word: &'static str,
    /// Fields, cases or flags in order, with their types; of an alias the type under an empty name.
    pub members: Vec<(String, String)>,
}

impl WorldShape {
    /// Reads a world.
    pub fn of(resolve: &Resolve, world: WorldId) -> WorldShape {
        let Some(world) = resolve.worlds.get(world) else { return WorldShape::default() };
        let read = |items| Reader { resolve }.items(world, items);
        WorldShape { imports: read(Side::Imports), exports: read(Side::Exports) }
    }
}

#[derive(Clone, Copy)]
enum Side {
    Imports,
    Exports,
}

struct Reader<'r> {
    resolve: &'r Resolve,
}

impl Reader<'_> {
    fn items(&self, world: &World, side: Side) -> BTreeMap<String, InterfaceShape> {
        let items = match side {
            Side::Imports => &world.imports,
            Side::Exports => &world.exports,
        };
        let mut shapes: BTreeMap<String, InterfaceShape> = BTreeMap::new();
        for (key, item) in items {
            match item {
                WorldItem::Interface { id, .. } => {
                    shapes.insert(self.interface_name(key, *id), self.interface(*id));
                }
                WorldItem::Function(function) => {
                    let own = shapes.entry(String::new()).or_default();
                    own.functions.insert(function.name.clone(), self.signature(function));
                }
                WorldItem::Type { id, .. } => {
                    let name = self.type_name(*id).unwrap_or_default();
                    shapes.entry(String::new()).or_default().types.insert(name, self.type_shape(*id));
                }
            }
        }
        shapes
    }

    fn interface_name(&self, key: &WorldKey, id: InterfaceId) -> String {
        let own = self.resolve.interfaces.get(id).and_then(|interface| interface.name.clone());
        match key {
            WorldKey::Name(name) => name.clone(),
            WorldKey::Interface(_) => own.unwrap_or_default(),
        }
    }

    fn interface(&self, id: InterfaceId) -> InterfaceShape {
        let Some(interface) = self.resolve.interfaces.get(id) else { return InterfaceShape::default() };
        InterfaceShape {
            functions: interface
                .functions
                .iter()
                .map(|(name, function)| (name.clone(), self.signature(function)))
                .collect(),
            types: interface.types.iter().map(|(name, id)| (name.clone(), self.type_shape(*id))).collect(),
        }
    }

    fn signature(&self, function: &Function) -> String {
        let params: Vec<String> =
            function.params.iter().map(|param| format!("{}: {}", param.name, self.text(&param.ty))).collect();
        let result = function.result.as_ref().map(|result| format!(" -> {}", self.text(result))).unwrap_or_default();
        let params = params.join(", ");
        format!("func({params}){result}")
    }

    fn type_shape(&self, id: TypeId) -> TypeShape {
        let Some(kind) = self.resolve.types.get(id).map(|def| &def.kind) else {
            return TypeShape { word: "type", members: Vec::new() };
        };
        let bare = |name: &String| (name.clone(), String::new());
        match kind {
            TypeDefKind::Record(record) => TypeShape {
                word: "record",
                members: record.fields.iter().map(|field| (field.name.clone(), self.text(&field.ty))).collect(),
            },
            TypeDefKind::Variant(variant) => TypeShape {
                word: "variant",
                members: variant
                    .cases
                    .iter()
                    .map(|case| (case.name.clone(), case.ty.map(|ty| self.text(&ty)).unwrap_or_default()))
                    .collect(),
            },
            TypeDefKind::Enum(words) => {
                TypeShape { word: "enum", members: words.cases.iter().map(|case| bare(&case.name)).collect() }
            }
            TypeDefKind::Flags(flags) => {
                TypeShape { word: "flags", members: flags.flags.iter().map(|flag| bare(&flag.name)).collect() }
            }
            TypeDefKind::Resource => TypeShape { word: "resource", members: Vec::new() },
            other => TypeShape { word: "type", members: vec![(String::new(), self.kind(other))] },
        }
    }

    fn type_name(&self, id: TypeId) -> Option<String> {
        self.resolve.types.get(id).and_then(|def| def.name.clone())
    }

    fn text(&self, ty: &Type) -> String {
        match ty {
            Type::Id(id) => self
                .type_name(*id)
                .or_else(|| self.resolve.types.get(*id).map(|def| self.kind(&def.kind)))
                .unwrap_or_default(),
            plain => format!("{plain:?}").to_lowercase(),
        }
    }

    fn kind(&self, kind: &TypeDefKind) -> String {
        let optional = |ty: &Option<Type>| ty.as_ref().map_or("_".to_owned(), |ty| self.text(ty));
        match kind {
            TypeDefKind::Type(ty) => self.text(ty),
            TypeDefKind::Option(ty) => format!("option<{}>", self.text(ty)),
            TypeDefKind::List(ty) => format!("list<{}>", self.text(ty)),
            TypeDefKind::FixedLengthList(ty, length) => format!("list<{}, {length}>", self.text(ty)),
            TypeDefKind::Map(key, value) => format!("map<{}, {}>", self.text(key), self.text(value)),
            TypeDefKind::Tuple(tuple) => {
                let types: Vec<String> = tuple.types.iter().map(|ty| self.text(ty)).collect();
                format!("tuple<{}>", types.join(", "))
            }
            TypeDefKind::Result(result) => format!("result<{}, {}>", optional(&result.ok), optional(&result.err)),
            TypeDefKind::Future(ty) => format!("future<{}>", optional(ty)),
            TypeDefKind::Stream(ty) => format!("stream<{}>", optional(ty)),
            TypeDefKind::Handle(Handle::Own(id)) => self.type_name(*id).unwrap_or_default(),
            TypeDefKind::Handle(Handle::Borrow(id)) => format!("borrow<{}>", self.type_name(*id).unwrap_or_default()),
            // These always have a name, by which they were written before.
            TypeDefKind::Record(_)
            | TypeDefKind::Variant(_)
            | TypeDefKind::Enum(_)
            | TypeDefKind::Flags(_)
            | TypeDefKind::Resource
            | TypeDefKind::Unknown => "?".to_owned(),
        }
    }
}
