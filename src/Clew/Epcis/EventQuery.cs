using System.Collections.Frozen;
using System.Globalization;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Epcis;

/// <summary>A parameter of a query as it was asked: its name and its values.</summary>
/// <param name="Path">Where it stands in what was sent.</param>
public readonly record struct Asking(string Name, IReadOnlyList<string> Values, string Path);

/// <summary>One thing that an event must meet.</summary>
/// <param name="Parameter">As it was asked.</param>
/// <param name="IsMet">Whether it does.</param>
/// <param name="FoundBy">Every event that meets it has one of these terms (<see cref="EventTerms"/>); nothing where no term finds it.</param>
public sealed record Condition(string Parameter, Func<EpcisEvent, bool> IsMet, Func<IReadOnlyList<long>?> FoundBy);

/// <summary>What a condition asks of master data: the names that it means are filled in by whoever has them, before the query is used.</summary>
/// <param name="Attribute">With this attribute; nothing asks for what lies within.</param>
/// <param name="Values">The names within which, or the values of the attribute; of an attribute none means any value.</param>
public sealed record MasterDataAsk(string? Attribute, IReadOnlyList<string> Values)
{
    /// <summary>The names that are meant, each in its one spelling.</summary>
    public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a name in any spelling.</summary>
    public void Add(string name) => Names.Add(EpcNames.Of(name));
}

/// <summary>
/// EPCIS 2.0's SimpleEventQuery: what an event must meet (all of it), in what order, and how many. Pure: an event either meets it or does not,
/// wherever it is asked: over a store, or of one event that came in just now.
/// </summary>
public sealed class EventQuery
{
    /// <summary>Values of one parameter, and names that master data mean by one.</summary>
    public const int ValuesMax = 1_000;

    internal static readonly string[] EpcLists = ["epcList", "childEPCs", "inputEPCList", "outputEPCList", "parentID"];
    internal static readonly string[] ClassLists = ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"];
    internal static readonly (string List, string Name, char Term)[] Typed = [("bizTransactionList", "bizTransaction", EventTerms.Paper), ("sourceList", "source", EventTerms.End), ("destinationList", "destination", EventTerms.End)];

    private readonly List<Condition> conditions = [];
    private readonly List<MasterDataAsk> asks = [];

    private EventQuery()
    {
    }

    /// <summary>What an event must meet, all of it.</summary>
    public IReadOnlyList<Condition> Conditions => conditions;

    /// <summary>What must be looked up before the query is used.</summary>
    public IReadOnlyList<MasterDataAsk> Asks => asks;

    /// <summary>eventTime, recordTime, or the name of a member of somebody's own; nothing where nobody asked.</summary>
    public string? OrderBy { get; private set; }

    /// <summary>The order of a member of somebody's own, where that is asked for.</summary>
    public FieldOrder? FieldOrder { get; private set; }

    /// <summary>The latest first: what the standard has when nothing is said.</summary>
    public bool IsDescending { get; private set; } = true;

    /// <summary>Only the first so many.</summary>
    public int? EventCountLimit { get; private set; }

    /// <summary>More than so many are refused.</summary>
    public int? MaxEventCount { get; private set; }

    /// <summary>Only events with one of these ids; nothing where nobody asked.</summary>
    public IReadOnlyCollection<string>? EventIds { get; private set; }

    /// <summary>Happened not before, and before.</summary>
    public (EventTime? From, EventTime? Until) Happened { get; private set; }

    /// <summary>Recorded not before, and before.</summary>
    public (EventTime? From, EventTime? Until) Recorded { get; private set; }

    /// <summary>Whether an event meets all of it.</summary>
    public bool Matches(EpcisEvent read)
    {
        foreach (var condition in conditions)
        {
            if (!condition.IsMet(read))
            {
                return false;
            }
        }

        return true;
    }

    // ---- the parameters

    /// <summary>One row of <see cref="Parameters"/>.</summary>
    /// <param name="Name">Of the field; in braces what the asker puts there.</param>
    /// <param name="Operators">What may stand before it.</param>
    /// <param name="Form">What its values are.</param>
    /// <param name="Means">Which events it lets through.</param>
    public sealed record Parameter(string Name, string Operators, string Form, string Means)
    {
        internal Func<EpcisEvent, IEnumerable<Node>> In { get; init; } = _ => [];

        internal Cbv? Words { get; init; }

        // The terms of one value; of a range or a presence, asked without a value.
        internal Func<string?, IEnumerable<long>?> Terms { get; init; } = _ => null;
    }

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>Every parameter with a fixed name (TABLE field, operators, values): EPCIS 2.0, 8.2.7.1 and its REST binding.</summary>
    public static IReadOnlyList<Parameter> Parameters { get; } =
    [
        new("eventTime",                "GE LT",          "time",     "that happened then")                  { In = Top("eventTime") },
        new("recordTime",               "GE LT",          "time",     "that were recorded then")             { In = Top("recordTime") },
        new("action",                   "EQ",             "action",   "with this action")                    { In = Top("action") },
        new("bizStep",                  "EQ",             "word",     "with this business step")             { In = Top("bizStep"), Words = Cbv.BizStep, Terms = One(EventTerms.Step) },
        new("disposition",              "EQ",             "word",     "with this disposition")               { In = Top("disposition"), Words = Cbv.Disposition, Terms = One(EventTerms.Disposition) },
        new("persistentDisposition_set",   "EQ",          "word",     "that set this persistent disposition")   { In = e => (e.Members["persistentDisposition"] as Group)?.List("set") ?? [], Words = Cbv.Disposition, Terms = One(EventTerms.Persistent, "set/") },
        new("persistentDisposition_unset", "EQ",          "word",     "that end this persistent disposition")   { In = e => (e.Members["persistentDisposition"] as Group)?.List("unset") ?? [], Words = Cbv.Disposition, Terms = One(EventTerms.Persistent, "unset/") },
        new("readPoint",                "EQ WD",          "name",     "read there; WD: there or within")     { In = Inside("readPoint", "id"), Terms = One(EventTerms.ReadPoint) },
        new("bizLocation",              "EQ WD",          "name",     "after which things are there; WD: there or within") { In = Inside("bizLocation", "id"), Terms = One(EventTerms.Location) },
        new("transformationID",         "EQ",             "name",     "of this transformation")              { In = Top("transformationID"), Terms = One(EventTerms.Transformation) },
        new("eventID",                  "EQ",             "text",     "with this id: the event and its error declarations") { In = Top("eventID") },
        new("epc",                      "MATCH",          "pattern",  "whose epcList or childEPCs hold it")  { In = Epcs("epcList", "childEPCs") },
        new("parentID",                 "MATCH",          "pattern",  "with this parent")                    { In = Epcs("parentID") },
        new("inputEPC",                 "MATCH",          "pattern",  "that consumed it")                    { In = Epcs("inputEPCList") },
        new("outputEPC",                "MATCH",          "pattern",  "that made it")                        { In = Epcs("outputEPCList") },
        new("anyEPC",                   "MATCH",          "pattern",  "that name it anywhere")               { In = Epcs(EpcLists) },
        new("epcClass",                 "MATCH",          "class",    "whose quantityList or childQuantityList hold it") { In = Classes("quantityList", "childQuantityList") },
        new("inputEPCClass",            "MATCH",          "class",    "that consumed some of it")            { In = Classes("inputQuantityList") },
        new("outputEPCClass",           "MATCH",          "class",    "that made some of it")                { In = Classes("outputQuantityList") },
        new("anyEPCClass",              "MATCH",          "class",    "that name it anywhere")               { In = Classes(ClassLists) },
        new("quantity",                 "EQ GT GE LT LE", "number",   "with such a quantity, in whatever unit") { In = e => Quantities(e).Select(q => q["quantity"]).OfType<Node>(), Terms = Named("quantity") },
        new("errorDeclaration",         "EXISTS",         "presence", "that declare an error")               { In = Top("errorDeclaration"), Terms = Named("errorDeclaration") },
        new("errorDeclarationTime",     "GE LT",          "time",     "that declared an error then")         { In = Inside("errorDeclaration", "declarationTime"), Terms = Named("errorDeclaration") },
        new("errorDeclaration_Time",    "GE LT",          "time",     "the same, as the JSON schema of queries spells it") { In = Inside("errorDeclaration", "declarationTime"), Terms = Named("errorDeclaration") },
        new("errorReason",              "EQ",             "word",     "that declare an error for this reason") { In = Inside("errorDeclaration", "reason"), Words = Cbv.ErrorReason, Terms = Named("errorDeclaration") },
        new("correctiveEventID",        "EQ",             "text",     "that are corrected by this event")    { In = Inside("errorDeclaration", "correctiveEventIDs"), Terms = Said("correctiveEventIDs") },
        new("sensorElementList",        "EXISTS",         "presence", "with sensor data")                    { In = Top("sensorElementList"), Terms = Named("sensorElementList") },
        new("sensorElement",            "EXISTS",         "presence", "the same, as GS1's TCR-53 spells it") { In = Top("sensorElementList"), Terms = Named("sensorElementList") },
        new("time",                     "EQ GE LT",       "time",     "with a sensor's time")                { In = Sensors("time"), Terms = Named("time") },
        new("startTime",                "GE LT",          "time",     "whose measuring began then")          { In = Sensors("startTime"), Terms = Named("startTime") },
        new("endTime",                  "GE LT",          "time",     "whose measuring ended then")          { In = Sensors("endTime"), Terms = Named("endTime") },
        new("type",                     "EQ",             "word",     "that measured this")                  { In = Sensors("type"), Words = Cbv.Measurement, Terms = Said("type") },
        new("exception",                "EQ",             "word",     "with this alarm")                     { In = Sensors("exception"), Words = Cbv.Alert, Terms = Said("exception") },
        new("component",                "EQ",             "word",     "that measured along this")            { In = Sensors("component"), Words = Cbv.Component, Terms = Said("component") },
        new("deviceID",                 "EQ",             "name",     "measured by it")                      { In = Sensors("deviceID"), Terms = Said("deviceID") },
        new("deviceMetadata",           "EQ",             "name",     "with these metadata of the device")   { In = Sensors("deviceMetadata"), Terms = Said("deviceMetadata") },
        new("rawData",                  "EQ",             "name",     "with these raw data")                 { In = Sensors("rawData"), Terms = Said("rawData") },
        new("dataProcessingMethod",     "EQ",             "name",     "processed so")                        { In = Sensors("dataProcessingMethod"), Terms = Said("dataProcessingMethod") },
        new("microorganism",            "EQ",             "name",     "that found it")                       { In = Sensors("microorganism"), Terms = Said("microorganism") },
        new("chemicalSubstance",        "EQ",             "name",     "that found it")                       { In = Sensors("chemicalSubstance"), Terms = Said("chemicalSubstance") },
        new("coordinateReferenceSystem", "EQ",            "name",     "in these coordinates")                { In = Sensors("coordinateReferenceSystem"), Terms = Said("coordinateReferenceSystem") },
        new("bizRules",                 "EQ",             "name",     "by these rules")                      { In = Sensors("bizRules"), Terms = Said("bizRules") },
        new("stringValue",              "EQ",             "text",     "that measured this text")             { In = Sensors("stringValue"), Terms = Said("stringValue") },
        new("booleanValue",             "EQ",             "boolean",  "that measured true or false")         { In = Sensors("booleanValue"), Terms = Said("booleanValue") },
        new("hexBinaryValue",           "EQ",             "text",     "that measured these bytes")           { In = Sensors("hexBinaryValue"), Terms = Said("hexBinaryValue") },
        new("uriValue",                 "EQ",             "name",     "that measured this URI")              { In = Sensors("uriValue"), Terms = Said("uriValue") },
        new("percRank",                 "EQ GT GE LT LE", "number",   "with a percentile of this rank")      { In = Sensors("percRank"), Terms = Named("percRank") },
        new("sDev",                     "EQ GT GE LT LE", "number",   "with such a deviation, in whatever unit") { In = Sensors("sDev"), Terms = Named("sDev") },
        new("percValue",                "EQ GT GE LT LE", "number",   "with such a percentile, in whatever unit") { In = Sensors("percValue"), Terms = Named("percValue") },
    ];
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>Parameters whose names the asker completes (TABLE).</summary>
    public static IReadOnlyList<Parameter> Families { get; } =
    [
        new("bizTransaction_{type}", "EQ", "name", "with this business document of this type"),
        new("source_{type}", "EQ", "name", "from this source of this type"),
        new("destination_{type}", "EQ", "name", "to this destination of this type"),
        new("quantity_{uom}", "EQ GT GE LT LE", "number", "with such a quantity, converted from any unit of the dimension"),
        new("value_{uom}", "EQ GT GE LT LE", "number", "that measured it, converted from any unit of the dimension; so minValue, maxValue, meanValue, sDev, percValue"),
        new("{field}", "EQ GT GE LT LE EXISTS", "text, number or time", "with this member of somebody's own: prefix:name, namespace#name, or a URI"),
        new("{area}_{field}", "EQ GT GE LT LE EXISTS", "text, number or time", "the same in an area: ILMD, ERROR_DECLARATION, SENSORELEMENT, SENSORMETADATA, SENSORREPORT, readPoint, bizLocation"),
        new("INNER_{area}_{field}", "EQ GT GE LT LE EXISTS", "text, number or time", "the same inside of somebody's own members; the area may be left out"),
        new("{field}", "HASATTR", "name", "whose bizStep, disposition, readPoint or bizLocation has this attribute in the master data"),
        new("{field}_{attribute}", "EQATTR EQ_ATTR", "text", "whose bizStep, disposition, readPoint or bizLocation has such a value of the attribute in the master data"),
    ];

    private static readonly FrozenDictionary<string, Parameter> ByName = Parameters.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    private static readonly string[] Measured = ["value", "minValue", "maxValue", "meanValue", "sDev", "percValue", "quantity"];

    private static readonly string[] Attributed = ["bizStep", "disposition", "readPoint", "bizLocation"];

    // Where somebody's own members may stand; the longer name first.
    private static readonly (string Prefix, Func<EpcisEvent, IEnumerable<Group>> In)[] Areas =
    [
        ("ERROR_DECLARATION_", e => Groups(e.Members["errorDeclaration"])),
        ("SENSORMETADATA_",    e => SensorElements(e).SelectMany(s => Groups(s["sensorMetadata"]))),
        ("SENSORELEMENT_",     SensorElements),
        ("SENSORREPORT_",      e => SensorElements(e).SelectMany(s => s.List("sensorReport").OfType<Group>())),
        ("ILMD_",              e => Groups(e.Members["ilmd"])),
        ("readPoint_",         e => Groups(e.Members["readPoint"])),
        ("bizLocation_",       e => Groups(e.Members["bizLocation"])),
        ("",                   e => [e.Members]),
    ];

    // ---- reading

    /// <summary>Reads a query; all that is wrong with it at once.</summary>
    /// <param name="contexts">What the prefixes in it mean; a prefix that is not there means whatever its senders meant.</param>
    public static Reading<EventQuery> Read(IReadOnlyList<Asking> parameters, Contexts contexts)
    {
        var query = new EventQuery();
        List<Finding> findings = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var asking in parameters)
        {
            if (!seen.Add(asking.Name))
            {
                findings.Add(new Finding(QueryFindings.Twice, asking.Path, asking.Name));
            }
            else if (asking.Values.Count > ValuesMax)
            {
                findings.Add(new Finding(QueryFindings.TooMany, asking.Path, asking.Name, Shown(asking.Values.Count), Shown(ValuesMax)));
            }
            else
            {
                query.Add(asking, contexts, findings);
            }
        }

        if (query.EventCountLimit is not null && query.MaxEventCount is not null)
        {
            findings.Add(new Finding(QueryFindings.TwoLimits, parameters.First(p => p.Name == "maxEventCount").Path));
        }

        if (query.EventCountLimit is not null && query.OrderBy is null && !seen.Contains("orderBy"))
        {
            findings.Add(new Finding(QueryFindings.NeedsOrder, parameters.First(p => p.Name == "eventCountLimit").Path));
        }

        return findings.Count > 0 ? Reading<EventQuery>.Wrong(findings) : Reading<EventQuery>.Of(query);
    }

    private void Add(Asking asking, Contexts contexts, List<Finding> findings)
    {
        var (name, values) = (asking.Name, asking.Values);
        switch (name)
        {
            case "orderBy" when One(asking, "eventTime | recordTime | ext:… | https://…#…", findings, v => v is "eventTime" or "recordTime" || OwnName.Read(v, contexts) is { IsOurs: false }):
                OrderBy = values[0];
                FieldOrder = OrderBy is "eventTime" or "recordTime" ? null : new FieldOrder(OwnName.Read(OrderBy, contexts)!);
                return;
            case "orderDirection" when One(asking, "ASC | DESC", findings, v => v is "ASC" or "DESC"):
                IsDescending = values[0] == "DESC";
                return;
            case "eventCountLimit" when One(asking, "1 …", findings, IsCount):
                EventCountLimit = int.Parse(values[0], CultureInfo.InvariantCulture);
                return;
            case "maxEventCount" when One(asking, "1 …", findings, IsCount):
                MaxEventCount = int.Parse(values[0], CultureInfo.InvariantCulture);
                return;
            case "orderBy" or "orderDirection" or "eventCountLimit" or "maxEventCount":
                return;
            case "eventType":
                Types(asking, contexts, findings);
                return;
            default:
                break;
        }

        var (op, field) = Split(name);
        if (op.Length == 0)
        {
            Unknown(asking, findings);
        }
        else if (op is "HASATTR" or "EQATTR")
        {
            Attribute(asking, op, field, findings);
        }
        else if (ByName.TryGetValue(field, out var known) && known.Operators.Split(' ').Contains(op))
        {
            Fixed(asking, op, known, contexts, findings);
        }
        else if (!TryTyped(asking, op, field, contexts, findings) && !TryMeasured(asking, op, field, findings) && !TryOwn(asking, op, field, contexts, findings))
        {
            Unknown(asking, findings);
        }
    }

    private static (string Op, string Field) Split(string name)
    {
        foreach (var op in (ReadOnlySpan<string>)["EQ_ATTR_", "EQATTR_", "HASATTR_", "EXISTS_", "MATCH_", "EQ_", "GT_", "GE_", "LT_", "LE_", "WD_"])
        {
            if (name.StartsWith(op, StringComparison.Ordinal) && name.Length > op.Length)
            {
                return (op == "EQ_ATTR_" ? "EQATTR" : op[..^1], name[op.Length..]);
            }
        }

        return ("", name);
    }

    private void Types(Asking asking, Contexts contexts, List<Finding> findings)
    {
        var types = asking.Values.Select(EventTerms.Bare).SelectMany(t => (string[])[t, contexts.Expand(t)]).ToHashSet(StringComparer.Ordinal);
        if (types.Count == 0 || types.Any(t => !IsType(t)))
        {
            Wrong(asking, types.FirstOrDefault(t => !IsType(t)) ?? "", "ObjectEvent | AggregationEvent | TransactionEvent | TransformationEvent | AssociationEvent | ext:…", findings);
            return;
        }

        // EPCIS 1.x had a type for what is an object event with a quantity since 2.0.
        var wasQuantity = types.Remove("QuantityEvent");
        Condition(asking, e => e.Spellings(EventTerms.Bare(e.TypeName)).Any(types.Contains) || (wasQuantity && e.Type == EventTypes.ObjectEvent && e.Members["quantityList"] is not null && e.Members.List("epcList").Count == 0),
            () => [.. (wasQuantity ? types.Append("ObjectEvent") : types).SelectMany(t => (string[])[t + "/ADD", t + "/OBSERVE", t + "/DELETE", t + "/"]).Distinct(StringComparer.Ordinal).Select(t => EventTerms.Term(EventTerms.Type, t))]);
    }

    private static bool IsType(string type) => type == "QuantityEvent" || type.Contains(':', StringComparison.Ordinal) || Enum.TryParse<EventTypes>(type, out var known) && known is EventTypes.ObjectEvent or EventTypes.AggregationEvent or EventTypes.TransactionEvent or EventTypes.TransformationEvent or EventTypes.AssociationEvent;

    private void Fixed(Asking asking, string op, Parameter known, Contexts contexts, List<Finding> findings)
    {
        switch (known.Form)
        {
            case "presence":
                if (asking.Values is ["false"])
                {
                    return;
                }

                if (asking.Values is [] or ["" or "true" or "1"])
                {
                    Condition(asking, e => known.In(e).Any(), () => Terms(known, null));
                    return;
                }

                Wrong(asking, asking.Values[0], "true", findings);
                break;
            case "time":
                if (TimeOf(asking, findings) is { } time)
                {
                    Condition(asking, e => known.In(e).Any(n => n is Text text && EventTime.TryRead(text.Value, out var at) && Compares(at.CompareTo(time), op)), () => Terms(known, null));
                    Range(known.Name, op, time);
                }

                break;
            case "number":
                Number(asking, op, findings, known.In, () => Terms(known, null));
                break;
            case "action":
                Each(asking, findings, "ADD | OBSERVE | DELETE", v => v is "ADD" or "OBSERVE" or "DELETE" ? v : null, actions => Condition(asking, e => e.Action is { } action && actions.Contains(action),
                    () => [.. actions.SelectMany(a => (string[])["ObjectEvent", "AggregationEvent", "TransactionEvent", "AssociationEvent", ""], (a, t) => EventTerms.Term(EventTerms.Type, t + "/" + a))]));
                break;
            case "word":
                Each(asking, findings, known.Words!.Name, known.Words.Read, words =>
                {
                    words.UnionWith(words.Select(contexts.Expand).ToList());
                    Condition(asking, e => known.In(e).Any(n => n is Text text && e.Spellings(known.Words.AsWord(text.Value)).Any(words.Contains)), () => Terms(known, words));
                });
                break;
            case "pattern" or "class":
                Patterns(asking, known, findings);
                break;
            case "boolean":
                Each(asking, findings, "true | false", v => v is "true" or "false" ? v : null, flags => Condition(asking, e => known.In(e).Any(n => n is Flag flag && flags.Contains(flag.Value ? "true" : "false")), () => Terms(known, flags)));
                break;
            case "name" when op == "WD":
                Each(asking, findings, "URI", v => v.Length > 0 ? v : null, names =>
                {
                    var ask = new MasterDataAsk(null, [.. names]);
                    asks.Add(ask);
                    Condition(asking, e => known.In(e).Any(n => n is Text text && ask.Names.Contains(EpcNames.Of(text.Value))), () => Terms(known, ask.Names));
                });
                break;
            default:
                var isName = known.Form == "name";
                Each(asking, findings, "…", v => isName ? EpcNames.Of(v) : v, names => Condition(asking, e => known.In(e).Any(n => n is Text text && names.Contains(isName ? EpcNames.Of(text.Value) : text.Value)), () => Terms(known, names)));
                EventIds = known.Name == "eventID" ? asking.Values : EventIds;
                break;
        }
    }

    private void Patterns(Asking asking, Parameter known, List<Finding> findings)
    {
        var isClass = known.Form == "class";
        Each(asking, findings, "URI", v => v.Length > 0 ? v : null, texts =>
        {
            var patterns = texts.Select(t => EpcPattern.Read(t, isClass)).ToList();
            Condition(asking, e => known.In(e).Any(n => n is Text text && EpcNames.Of(text.Value) is var name && patterns.Exists(p => p.Matches(name))), () =>
            {
                var terms = patterns.ConvertAll(p => p.Name is { } name ? EventTerms.Term(isClass ? EventTerms.Class : EventTerms.Name, name) : p.Product is { } product ? EventTerms.Term(EventTerms.Product, product) : (long?)null);
                return terms.Contains(null) ? null : [.. terms.Select(t => t!.Value).Distinct()];
            });
        });
    }

    private bool TryTyped(Asking asking, string op, string field, Contexts contexts, List<Finding> findings)
    {
        foreach (var (list, name, term) in Typed)
        {
            if (op == "EQ" && field.StartsWith(name + "_", StringComparison.Ordinal))
            {
                var type = field[(name.Length + 1)..];
                var words = name == "bizTransaction" ? Cbv.BizTransaction : Cbv.SourceDestination;
                var wanted = words.Read(type) ?? contexts.Find(type) ?? type;
                Each(asking, findings, "URI", v => v.Length > 0 ? EpcNames.Of(v) : null, names => Condition(asking,
                    e => e.Members.List(list).OfType<Group>().Any(g => g.Text("type") is { } t && words.AsWord(t) == wanted && g.Text(name) is { } value && names.Contains(EpcNames.Of(value))),
                    () => [.. names.Select(n => EventTerms.Term(term, n))]));
                return true;
            }
        }

        return false;
    }

    private bool TryMeasured(Asking asking, string op, string field, List<Finding> findings)
    {
        var cut = field.LastIndexOf('_');
        if (cut <= 0 || !Measured.Contains(field[..cut]) || op is not ("EQ" or "GT" or "GE" or "LT" or "LE"))
        {
            return false;
        }

        var (name, uom) = (field[..cut], field[(cut + 1)..]);
        if (uom.Length is < 2 or > 4 || !uom.All(char.IsAsciiLetterOrDigit))
        {
            return false;
        }

        IEnumerable<Node> In(EpcisEvent read)
        {
            foreach (var group in name == "quantity" ? Quantities(read) : SensorElements(read).SelectMany(s => s.List("sensorReport").OfType<Group>()))
            {
                if (group[name] is Number { Digits: var digits } && group.Text("uom") is { } from && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    && Units.Convert(value, from, uom, isDifference: name == "sDev") is { } converted)
                {
                    yield return new Number(converted.ToString("R", CultureInfo.InvariantCulture));
                }
            }
        }

        Number(asking, op, findings, In, () => Own(EventTerms.Term(EventTerms.Member, name)));
        return true;
    }

    private bool TryOwn(Asking asking, string op, string field, Contexts contexts, List<Finding> findings)
    {
        if (op is "MATCH" or "WD")
        {
            return false;
        }

        var isInner = field.StartsWith("INNER_", StringComparison.Ordinal);
        var rest = isInner ? field[6..] : field;
        var (prefix, area) = Areas.First(a => rest.StartsWith(a.Prefix, StringComparison.Ordinal));
        if (OwnName.Read(rest[prefix.Length..], contexts) is not { } name)
        {
            return false;
        }

        IEnumerable<Node> In(EpcisEvent read) => area(read).SelectMany(g => isInner ? Deeper(g, name) : Values(g, name));
        var member = EventTerms.Term(EventTerms.Member, name.Local);
        if (op == "EXISTS")
        {
            Condition(asking, e => In(e).Any(), () => Own(member));
            return true;
        }

        if (op == "EQ")
        {
            Each(asking, findings, "…", EventTerms.Said, values => Condition(asking, e => In(e).Any(n => values.Contains(EventTerms.Said(n))),
                () => Own(values.Any(v => v.Length > EventTerms.ValueMax) ? [member] : [.. values.Select(v => EventTerms.Term(EventTerms.Value, name.Local + "=" + v))])));
            return true;
        }

        if (asking.Values is [var text] && EventTime.TryRead(text.Replace(' ', '+'), out var time))
        {
            Condition(asking, e => In(e).Any(n => n is Text at && EventTime.TryRead(at.Value, out var t) && Compares(t.CompareTo(time), op)), () => Own(member));
            return true;
        }

        Number(asking, op, findings, In, () => Own(member));
        return true;
    }

    private void Attribute(Asking asking, string op, string field, List<Finding> findings)
    {
        var of = Attributed.FirstOrDefault(a => op == "HASATTR" ? field == a : field.StartsWith(a + "_", StringComparison.Ordinal));
        if (of is null)
        {
            Unknown(asking, findings);
            return;
        }

        var known = ByName[of];
        Each(asking, findings, "…", v => v.Length > 0 ? v : null, values =>
        {
            MasterDataAsk[] mine = op == "HASATTR" ? [.. values.Select(v => new MasterDataAsk(v, []))] : [new MasterDataAsk(field[(of.Length + 1)..], [.. values])];
            asks.AddRange(mine);
            string Named(string text) => EpcNames.Of(known.Words?.AsWord(text) ?? text);
            Condition(asking, e => known.In(e).Any(n => n is Text text && Array.Exists(mine, m => m.Names.Contains(Named(text.Value)) || m.Names.Contains(text.Value))),
                () => Terms(known, mine.SelectMany(m => m.Names).ToHashSet(StringComparer.Ordinal)));
        });
    }

    // ---- parts of conditions

    private void Condition(Asking asking, Func<EpcisEvent, bool> isMet, Func<IReadOnlyList<long>?> foundBy) => conditions.Add(new Condition(asking.Name, isMet, foundBy));

    private void Number(Asking asking, string op, List<Finding> findings, Func<EpcisEvent, IEnumerable<Node>> values, Func<IReadOnlyList<long>?> foundBy)
    {
        List<double> numbers = [];
        foreach (var value in asking.Values)
        {
            if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            {
                Wrong(asking, value, "12.5", findings);
                return;
            }

            numbers.Add(number);
        }

        if (numbers.Count == 0 || (numbers.Count > 1 && op != "EQ"))
        {
            Wrong(asking, string.Join('|', asking.Values), "12.5", findings);
            return;
        }

        Condition(asking, e => values(e).Any(n => NumberOf(n) is { } met && numbers.Exists(asked => IsNumber(met, asked, op))), foundBy);
    }

    // What was converted from another unit differs in the last digits of a double from what was asked.
    private static bool IsNumber(double met, double asked, string op)
    {
        var isSame = met == asked || Math.Abs(met - asked) <= 1e-9 * Math.Max(Math.Abs(met), Math.Abs(asked));
        return op switch { "EQ" => isSame, "GE" or "LE" when isSame => true, _ when isSame => false, _ => Compares(met.CompareTo(asked), op) };
    }

    private static double? NumberOf(Node node) =>
        node is Number { Digits: var digits } && double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : node is Text { Value: var text } && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var said) ? said
        : null;

    private static bool Compares(int order, string op) => op switch { "EQ" => order == 0, "GT" => order > 0, "GE" => order >= 0, "LT" => order < 0, _ => order <= 0 };

    private void Range(string name, string op, EventTime time)
    {
        switch (name, op)
        {
            case ("eventTime", "GE"): Happened = Happened with { From = time }; break;
            case ("eventTime", "LT"): Happened = Happened with { Until = time }; break;
            case ("recordTime", "GE"): Recorded = Recorded with { From = time }; break;
            case ("recordTime", "LT"): Recorded = Recorded with { Until = time }; break;
            default: break;
        }
    }

    private static EventTime? TimeOf(Asking asking, List<Finding> findings)
    {
        // A plus in an address is a blank unless it is encoded; nobody means a blank there.
        if (asking.Values is [var text] && EventTime.TryRead(text.Replace(' ', '+'), out var time))
        {
            return time;
        }

        Wrong(asking, string.Join('|', asking.Values), "2026-01-31T08:00:00+08:00", findings);
        return null;
    }

    /// <summary>Microseconds of a text that is a time.</summary>
    internal static long? Time(string text) => text.Length >= 20 && text[4] == '-' && Uris.IsTime(text) && EventTime.TryRead(text, out var time) ? time.Microseconds : null;

    private static void Each(Asking asking, List<Finding> findings, string expected, Func<string, string?> read, Action<HashSet<string>> then)
    {
        HashSet<string> values = new(StringComparer.Ordinal);
        foreach (var value in asking.Values)
        {
            if (read(value) is not { } known)
            {
                Wrong(asking, value, expected, findings);
                return;
            }

            values.Add(known);
        }

        if (values.Count == 0)
        {
            Wrong(asking, "", expected, findings);
            return;
        }

        then(values);
    }

    private static bool One(Asking asking, string expected, List<Finding> findings, Func<string, bool> isFine)
    {
        if (asking.Values is [var value] && isFine(value))
        {
            return true;
        }

        Wrong(asking, string.Join('|', asking.Values), expected, findings);
        return false;
    }

    private static bool IsCount(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0;

    private static void Wrong(Asking asking, string value, string expected, List<Finding> findings) => findings.Add(new Finding(QueryFindings.Value, asking.Path, asking.Name, value.Length <= 80 ? value : value[..80] + "…", expected));

    private static void Unknown(Asking asking, List<Finding> findings) =>
        findings.Add(new Finding(QueryFindings.Unknown, asking.Path, asking.Name, Spelling.Nearest(asking.Name, [.. Parameters.SelectMany(p => p.Operators.Split(' '), (p, op) => op + "_" + p.Name), "eventType", "orderBy", "orderDirection", "eventCountLimit", "maxEventCount", "perPage", "nextPageToken"])));

    private static string Shown(int number) => number.ToString(CultureInfo.InvariantCulture);

    // Each value's terms; without values the terms of the field itself; nothing when one of them has none, or when there are too many.
    private static List<long>? Terms(Parameter known, HashSet<string>? values)
    {
        List<long> all = [];
        foreach (var value in values is null ? [null] : values.Select(v => (string?)v))
        {
            if (known.Terms(value) is not { } terms)
            {
                return null;
            }

            all.AddRange(terms);
        }

        return all.Count <= ValuesMax ? [.. all.Distinct()] : null;
    }

    // Events that say more than is written down of them are found besides.
    private static List<long> Own(params List<long> terms) => [.. terms, EventTerms.More];

    // ---- where things stand in an event

    private static Func<EpcisEvent, IEnumerable<Node>> Top(string name) => e => e.Members[name] is { } node ? [node] : [];

    private static Func<EpcisEvent, IEnumerable<Node>> Inside(string outer, string name) => e => (e.Members[outer] as Group)?.List(name) ?? [];

    private static Func<EpcisEvent, IEnumerable<Node>> Epcs(params string[] lists) => e => lists.SelectMany(l => e.Members.List(l));

    private static Func<EpcisEvent, IEnumerable<Node>> Classes(params string[] lists) => e => lists.SelectMany(l => e.Members.List(l)).OfType<Group>().Select(g => g["epcClass"]).OfType<Node>();

    private static IEnumerable<Group> Quantities(EpcisEvent read) => ClassLists.SelectMany(l => read.Members.List(l)).OfType<Group>();

    private static Func<EpcisEvent, IEnumerable<Node>> Sensors(string name) => e => SensorElements(e).SelectMany(s => Groups(s["sensorMetadata"]).Concat(s.List("sensorReport").OfType<Group>())).Select(g => g[name]).OfType<Node>();

    private static IEnumerable<Group> SensorElements(EpcisEvent read) => read.Members.List("sensorElementList").OfType<Group>();

    private static IEnumerable<Group> Groups(Node? node) => node is Group group ? [group] : [];

    private static IEnumerable<Node> Values(Group group, OwnName name) => group.Members.Where(m => name.Is(m.Name)).SelectMany(m => Single(m.Value));

    private static IEnumerable<Node> Single(Node value) => value switch
    {
        Items items => items.All.SelectMany(Single),
        Group group => group["#text"] is { } text ? [text, group] : [group],
        _ => [value],
    };

    // Inside of what somebody added, at any depth; what stands beside the standard's own members is not inner.
    private static IEnumerable<Node> Deeper(Group area, OwnName name)
    {
        var open = new Stack<Node>(area.Members.Where(m => !m.Name.IsStandard).Select(m => m.Value));
        while (open.TryPop(out var node))
        {
            foreach (var inner in node switch { Items items => items.All, Group group => group.Members.Select(m => m.Value), _ => [] })
            {
                open.Push(inner);
            }

            foreach (var value in node is Group within ? Values(within, name) : [])
            {
                yield return value;
            }
        }
    }

    private static Func<string?, IEnumerable<long>?> One(char kind, string before = "") => value => value is null ? null : [EventTerms.Term(kind, before + value)];

    private static Func<string?, IEnumerable<long>?> Named(string member) => _ => [EventTerms.Term(EventTerms.Member, member), EventTerms.More];

    private static Func<string?, IEnumerable<long>?> Said(string member) => value => value is null || EventTerms.Said(value) is not { Length: <= EventTerms.ValueMax } said ? [EventTerms.Term(EventTerms.Member, member), EventTerms.More] : [EventTerms.Term(EventTerms.Value, member + "=" + said), EventTerms.More];
}

/// <summary>The name of a member of somebody's own, as it was asked for.</summary>
internal sealed record OwnName(string Local, string? Space, string? Prefix)
{
    public static OwnName? Read(string text, Contexts contexts)
    {
        if (text.IndexOf('#', StringComparison.Ordinal) is > 0 and var hash && hash < text.Length - 1)
        {
            return new OwnName(text[(hash + 1)..], Trimmed(text[..hash]), null);
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == text.Length - 1)
        {
            return null;
        }

        var name = contexts.Read(text);
        return name.Local.Length == 0 ? null : new OwnName(name.Local, name.Namespace is { Length: > 0 } space ? Trimmed(space) : null, name.Prefix);
    }

    public bool Is(Name name) => !name.IsStandard && name.Local.AsSpan().TrimStart('@').SequenceEqual(Local)
        && (Space is null || name.Namespace is null ? name.Prefix == Prefix : Trimmed(name.Namespace) == Space);

    /// <summary>What a fact says besides.</summary>
    public bool IsOurs => Prefix == FactAsEvent.Prefix || Space == Trimmed(FactAsEvent.Namespace);

    // A namespace with or without the character that joins it to a name.
    private static string Trimmed(string space) => space.TrimEnd('#', '/', ':');
}
