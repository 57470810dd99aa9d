using System.Collections.Frozen;
using static Clew.Epcis.EventTypes;
using static Clew.Epcis.InXml;
using static Clew.Epcis.PlaceIn12;
using Form12 = Clew.Epcis.PlaceIn12;

namespace Clew.Epcis;

/// <summary>The event types of EPCIS 2.0.</summary>
[Flags]
public enum EventTypes
{
    /// <summary>None that was read.</summary>
    None = 0,

    /// <summary>Things seen.</summary>
    ObjectEvent = 1,

    /// <summary>Things packed together.</summary>
    AggregationEvent = 2,

    /// <summary>Things tied to papers.</summary>
    TransactionEvent = 4,

    /// <summary>Things made of things.</summary>
    TransformationEvent = 8,

    /// <summary>Things fitted into a thing or tied to a place.</summary>
    AssociationEvent = 16,

    /// <summary>An event type of somebody's own.</summary>
    Extended = 32,

    /// <summary>All of them.</summary>
    All = ObjectEvent | AggregationEvent | TransactionEvent | TransformationEvent | AssociationEvent | Extended,
}

/// <summary>What a value must be.</summary>
public enum ValueForm
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A URI, or a name with a prefix.</summary>
    Uri,

    /// <summary>A date and a time with an offset.</summary>
    Time,

    /// <summary>±hh:mm up to 14:00.</summary>
    Offset,

    /// <summary>A number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>Hexadecimal digits.</summary>
    Hex,

    /// <summary>A word of a list, or a URI of somebody's own.</summary>
    Word,

    /// <summary>A unit of measure: two or three capital letters and digits (UN/ECE Recommendation 20).</summary>
    Unit,

    /// <summary>Digits with points between them.</summary>
    Version,

    /// <summary>Of a few texts, one.</summary>
    Choice,

    /// <summary>A list of values.</summary>
    List,

    /// <summary>One value or a list of them.</summary>
    OneOrMany,

    /// <summary>Members by name.</summary>
    Group,

    /// <summary>Whatever somebody put there.</summary>
    Any,
}

/// <summary>How XML writes a member.</summary>
public enum InXml
{
    /// <summary>As an element; a list as an element with one element inside for each of its values.</summary>
    Element,

    /// <summary>As an attribute.</summary>
    Attribute,

    /// <summary>As the text of the group's own element.</summary>
    Content,

    /// <summary>A list as so many elements side by side.</summary>
    Repeated,
}

/// <summary>Where EPCIS 1.2 writes a member of an event.</summary>
public enum PlaceIn12
{
    /// <summary>In the event.</summary>
    Main,

    /// <summary>In <c>baseExtension</c>, since 1.2.</summary>
    BaseExtension,

    /// <summary>In <c>extension</c>, since 1.1.</summary>
    Extension,

    /// <summary>1.2 does not know it: in the innermost <c>extension</c>, which is open.</summary>
    Innermost,
}

/// <summary>What a value must be, and what is in it.</summary>
public sealed record Shape(ValueForm Form)
{
    /// <summary>The list of words.</summary>
    public Cbv? Words { get; init; }

    /// <summary>The texts of a choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What a list's values must be.</summary>
    public Shape? Of { get; init; }

    /// <summary>How XML calls a list's values.</summary>
    public string Item { get; init; } = "";

    /// <summary>How many a list needs at least.</summary>
    public int Min { get; init; }

    /// <summary>Whether a list is a set.</summary>
    public bool IsSet { get; init; }

    /// <summary>A group's members, in the order of the event hash.</summary>
    public IReadOnlyList<Field> Fields
    {
        get;
        init
        {
            field = value;
            byName = value.Count > 8 ? value.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal) : null;
        }
    } = [];

    private readonly FrozenDictionary<string, Field>? byName;

    /// <summary>The member that is called so.</summary>
    internal Field? Find(string name)
    {
        if (byName is not null)
        {
            return byName.GetValueOrDefault(name);
        }

        foreach (var one in Fields)
        {
            if (one.Name == name)
            {
                return one;
            }
        }

        return null;
    }

    /// <summary>Whether members with a namespace may stand in a group.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether members without a namespace may stand in it as well.</summary>
    public bool IsLoose { get; init; }
}

/// <summary>A member of a group.</summary>
/// <param name="IsRequired">Whether it must be there.</param>
/// <param name="XmlName">How XML calls it, where it is not the same.</param>
/// <param name="IsHashed">Whether the order of the event hash names it.</param>
public sealed record Field(string Name, Shape Shape, InXml Xml = Element, bool IsRequired = false, string? XmlName = null, bool IsHashed = true)
{
    /// <summary>Which event types may have it.</summary>
    public EventTypes In { get; init; } = All;

    /// <summary>Which event types must have it, whatever their action.</summary>
    public EventTypes RequiredIn { get; init; }

    /// <summary>Where 1.2 writes it.</summary>
    public Form12 Place { get; init; }

    /// <summary>The name of its element or attribute.</summary>
    public string ElementName => XmlName ?? Name;
}

/// <summary>
/// What EPCIS 2.0 says of its documents (TABLE members, what each must be, where each form writes it): the ratified JSON schema 2.0.1
/// and the two XML schemas, told once. Reading, checking, writing and hashing all walk along it.
/// </summary>
public static class Shapes
{
    private static readonly Shape AnyText = new(ValueForm.Text);
    private static readonly Shape Uri = new(ValueForm.Uri);
    private static readonly Shape Time = new(ValueForm.Time);
    private static readonly Shape Decimal = new(ValueForm.Number);
    private static readonly Shape Any = new(ValueForm.Any);
    private static readonly Shape Action = new(ValueForm.Choice) { Choices = ["ADD", "OBSERVE", "DELETE"] };
    private static readonly Shape Epcs = new(ValueForm.List) { Of = Uri, Item = "epc" };
    private static readonly Shape EpcSet = Epcs with { IsSet = true };

    private static readonly Shape Quantities = List("quantityElement", new(ValueForm.Group)
    {
        Fields =
        [
            new("epcClass", Uri, IsRequired: true),
            new("quantity", Decimal),
            new("uom", new(ValueForm.Unit)),
        ],
    });

    private static readonly Shape Place = new(ValueForm.Group) { Fields = [new("id", Uri, IsRequired: true)], IsOpen = true, IsLoose = true };

    private static readonly Shape Dispositions = new(ValueForm.Group)
    {
        Fields =
        [
            new("set",   new(ValueForm.List) { Of = Word(Cbv.Disposition), Min = 1, IsSet = true }, Repeated),
            new("unset", new(ValueForm.List) { Of = Word(Cbv.Disposition), Min = 1, IsSet = true }, Repeated),
        ],
    };

    private static readonly Shape Declaration = new(ValueForm.Group)
    {
        IsOpen = true,
        Fields =
        [
            new("declarationTime",    Time, IsRequired: true),
            new("reason",             Word(Cbv.ErrorReason)),
            new("correctiveEventIDs", new(ValueForm.List) { Of = Uri, Item = "correctiveEventID" }),
        ],
    };

    private static readonly Shape Metadata = new(ValueForm.Group)
    {
        IsOpen = true,
        Fields =
        [
            new("time",                 Time, InXml.Attribute),
            new("startTime",            Time, InXml.Attribute),
            new("endTime",              Time, InXml.Attribute),
            new("deviceID",             Uri,  InXml.Attribute),
            new("deviceMetadata",       Uri,  InXml.Attribute),
            new("rawData",              Uri,  InXml.Attribute),
            new("dataProcessingMethod", Uri,  InXml.Attribute),
            new("bizRules",             Uri,  InXml.Attribute),
        ],
    };

    private static readonly Shape Report = new(ValueForm.Group)
    {
        IsOpen = true,
        Fields =
        [
            new("type",                      Word(Cbv.Measurement), InXml.Attribute, IsRequired: true),
            new("exception",                 Word(Cbv.Alert),       InXml.Attribute),
            new("deviceID",                  Uri,                   InXml.Attribute),
            new("deviceMetadata",            Uri,                   InXml.Attribute),
            new("rawData",                   Uri,                   InXml.Attribute),
            new("dataProcessingMethod",      Uri,                   InXml.Attribute),
            new("time",                      Time,                  InXml.Attribute),
            new("microorganism",             Uri,                   InXml.Attribute),
            new("chemicalSubstance",         Uri,                   InXml.Attribute),
            new("value",                     Decimal,               InXml.Attribute),
            new("component",                 Word(Cbv.Component),   InXml.Attribute),
            new("stringValue",               AnyText,               InXml.Attribute),
            new("booleanValue",              new(ValueForm.Flag),   InXml.Attribute),
            new("hexBinaryValue",            new(ValueForm.Hex),    InXml.Attribute),
            new("uriValue",                  Uri,                   InXml.Attribute),
            new("minValue",                  Decimal,               InXml.Attribute),
            new("maxValue",                  Decimal,               InXml.Attribute),
            new("meanValue",                 Decimal,               InXml.Attribute),
            new("sDev",                      Decimal,               InXml.Attribute),
            new("percRank",                  Decimal,               InXml.Attribute),
            new("percValue",                 Decimal,               InXml.Attribute),
            new("uom",                       AnyText,               InXml.Attribute),
            new("coordinateReferenceSystem", Uri,                   InXml.Attribute),
            new("bizRules",                  Uri,                   InXml.Attribute, IsHashed: false),
        ],
    };

    private static readonly Shape Sensors = List("sensorElement", new(ValueForm.Group)
    {
        IsOpen = true,
        Fields =
        [
            new("sensorMetadata", Metadata),
            new("sensorReport",   new(ValueForm.List) { Of = Report, Item = "sensorReport", Min = 1 }, Repeated, IsRequired: true),
        ],
    });

    private const EventTypes ObjectOrTransaction = ObjectEvent | TransactionEvent;
    private const EventTypes WithChildren = AggregationEvent | AssociationEvent;

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>The members of an event, in the order of the event hash (CBV 2.0, 8.9.2).</summary>
    public static Shape Event { get; } = new(ValueForm.Group)
    {
        IsOpen = true,
        Fields =
        [
            new("@context",              Any,  IsHashed: false),
            new("type",                  AnyText, IsHashed: false),
            new("eventTime",             Time) { RequiredIn = All },
            new("recordTime",            Time, IsHashed: false),
            new("eventTimeZoneOffset",   new(ValueForm.Offset)) { RequiredIn = All },
            new("eventID",               Uri,  IsHashed: false) { Place = BaseExtension },
            new("errorDeclaration",      Declaration, IsHashed: false) { Place = BaseExtension },
            new("certificationInfo",     new(ValueForm.OneOrMany) { Of = Uri }, Repeated) { Place = Innermost },
            new("epcList",               EpcSet)         { In = ObjectOrTransaction | Extended },
            new("parentID",              Uri)            { In = WithChildren | TransactionEvent | Extended, RequiredIn = AssociationEvent },
            new("inputEPCList",          EpcSet)         { In = TransformationEvent | Extended },
            new("childEPCs",             Epcs)           { In = WithChildren | Extended },
            new("quantityList",          Quantities)     { In = ObjectOrTransaction | Extended, Place = Extension },
            new("childQuantityList",     Quantities)     { In = WithChildren | Extended, Place = Extension },
            new("inputQuantityList",     Quantities)     { In = TransformationEvent | Extended },
            new("outputEPCList",         EpcSet)         { In = TransformationEvent | Extended },
            new("outputQuantityList",    Quantities)     { In = TransformationEvent | Extended },
            new("action",                Action)         { In = All & ~TransformationEvent, RequiredIn = ObjectOrTransaction | WithChildren },
            new("transformationID",      Uri)            { In = TransformationEvent | Extended },
            new("bizStep",               Word(Cbv.BizStep)),
            new("disposition",           Word(Cbv.Disposition)),
            new("persistentDisposition", Dispositions)   { Place = Innermost },
            new("readPoint",             Place),
            new("bizLocation",           Place),
            new("bizTransactionList",    Ends("bizTransaction", Cbv.BizTransaction, needsType: false)) { RequiredIn = TransactionEvent },
            new("sourceList",            Ends("source", Cbv.SourceDestination, needsType: true))      { Place = Extension },
            new("destinationList",       Ends("destination", Cbv.SourceDestination, needsType: true)) { Place = Extension },
            new("sensorElementList",     Sensors)        { Place = Innermost },
            new("ilmd",                  new(ValueForm.Group) { IsOpen = true }, IsHashed: false) { In = ObjectEvent | TransformationEvent | Extended, Place = Extension },
        ],
    };
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>
    /// The order in which the XML schemas ask for an event's members. Two types have an order of their own besides:
    /// a transaction event begins with its transactions, an association event has its children side by side.
    /// </summary>
    public static IReadOnlyList<string> XmlOrder { get; } =
    [
        "eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration", "certificationInfo",
        "parentID", "epcList", "childEPCs", "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID",
        "action", "bizStep", "disposition", "readPoint", "bizLocation", "bizTransactionList",
        "quantityList", "childQuantityList", "sourceList", "destinationList", "sensorElementList", "persistentDisposition", "ilmd",
    ];

    private static readonly Shape Vocabularies = List("Vocabulary", new(ValueForm.Group)
    {
        IsOpen = true,
        IsLoose = true,
        Fields =
        [
            new("type", Uri, InXml.Attribute, IsRequired: true),
            new("vocabularyElementList", List("VocabularyElement", new(ValueForm.Group)
            {
                IsOpen = true,
                IsLoose = true,
                Fields =
                [
                    new("id", Uri, InXml.Attribute, IsRequired: true),
                    new("attributes", new(ValueForm.List)
                    {
                        Item = "attribute",
                        Of = new(ValueForm.Group) { Fields = [new("id", Uri, InXml.Attribute, IsRequired: true), new("attribute", Any, Content)], IsOpen = true, IsLoose = true },
                    }, Repeated),
                    new("children", new(ValueForm.List) { Of = Uri, Item = "id" }),
                ],
            }), XmlName: "VocabularyElementList"),
        ],
    });

    /// <summary>Master data: vocabularies, their elements, and what is said of each.</summary>
    public static Shape MasterData { get; } = new(ValueForm.Group) { Fields = [new("vocabularyList", Vocabularies, XmlName: "VocabularyList")], IsOpen = true, IsLoose = true };

    /// <summary>The header of a document.</summary>
    public static Shape Header { get; } = new(ValueForm.Group) { Fields = [new("epcisMasterData", MasterData, XmlName: "EPCISMasterData")], IsOpen = true };

    /// <summary>What a document says of itself besides its events.</summary>
    public static Shape Document { get; } = new(ValueForm.Group)
    {
        IsOpen = true,
        Fields =
        [
            new("@context", Any, IsRequired: true),
            new("id", Uri, InXml.Attribute),
            new("type", AnyText, InXml.Attribute, IsRequired: true),
            new("schemaVersion", new(ValueForm.Version), InXml.Attribute, IsRequired: true),
            new("creationDate", Time, InXml.Attribute, IsRequired: true),
            new("instanceIdentifier", AnyText, InXml.Attribute),
            new("sender", AnyText, InXml.Attribute),
            new("receiver", AnyText, InXml.Attribute),
            new("epcisHeader", Header, XmlName: "EPCISHeader"),
            new("epcisBody", Any, XmlName: "EPCISBody", IsRequired: true),
        ],
    };

    /// <summary>The member of the event that is called so.</summary>
    public static Field? Find(Shape group, string name) => group.Find(name);

    /// <summary>Every name that the standard has for a member of an event, at any depth.</summary>
    internal static IEnumerable<string> Names(Shape of) => of.Fields.SelectMany(f => Names(f.Shape).Prepend(f.Name)).Concat(of.Of is null ? [] : Names(of.Of));

    private static Shape Word(Cbv words) => new(ValueForm.Word) { Words = words };

    private static Shape List(string item, Shape of) => new(ValueForm.List) { Of = of, Item = item };

    private static Shape Ends(string name, Cbv types, bool needsType) => List(name, new(ValueForm.Group)
    {
        Fields = [new("type", Word(types), InXml.Attribute, IsRequired: needsType), new(name, Uri, Content, IsRequired: true)],
    });
}
