using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Clew.Epcis;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Server.Integration.Epcis;

/// <summary>
/// One EPCIS event → one fact. The event is told in our own form and read by our own reader, so that what a fact must say is
/// checked in one place; findings then point to where the sender wrote it. What we have no member for goes along in the details.
/// </summary>
public sealed class EventAsFact
{
    // Told by the fact itself; everything else of the event is carried in its details under its own name.
    private static readonly HashSet<string> Told = new(StringComparer.Ordinal)
    {
        "@context", "eventID", "eventTime", "epcList", "childEPCs", "inputEPCList", "outputEPCList", "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList", "parentID",
    };

    // What a Clew says of a fact besides, and may be said here as well; the rest of its namespace is carried like anybody's.
    private static readonly HashSet<string> Ours = new(StringComparer.Ordinal)
    {
        "case", "certificate", "criterion", "details", "evidence", "expires", "inputs", "items", "kind", "lot", "outcome", "parent", "participants", "reason", "version",
    };

    /// <summary>Characters of a list that keeps to no one way of spelling names: up to so many it is carried as it was.</summary>
    private const int SpeltMax = 256 * 1024;

    /// <summary>Bytes of business documents that a fact names; behind them they are in the event only.</summary>
    private const int ReferencesMax = 8 * 1024;

    // Of these, lists: XML cannot tell a list of one from one.
    private static readonly HashSet<string> OurLists = new(StringComparer.Ordinal) { "evidence", "inputs", "items", "lots", "participants", "products", "serials", "suppliers" };

    private readonly EpcisEvent read;
    private readonly Group source;
    private readonly string path;
    private readonly List<Finding> findings = [];
    private readonly HashSet<string> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Node> ours = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> given = new(StringComparer.Ordinal);
    private readonly List<string> itemPaths = [];
    private readonly List<string> inputPaths = [];
    private readonly Dictionary<string, List<(string Text, Identity Item)>> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> spelt = new(StringComparer.Ordinal);
    private HashSet<string> prefixes = [];
    private readonly Dictionary<string, string> paths = new(StringComparer.Ordinal) { ["/happened"] = "/eventTime", ["/id"] = "/eventID", ["/parent"] = "/parentID", ["/items"] = "/epcList", ["/inputs"] = "/inputEPCList", ["/details"] = "" };
    private bool isWhole;

    private EventAsFact(EpcisEvent read, string path)
    {
        (this.read, source, this.path) = (read, read.Members, path);

        // A declaration says it of itself; what the event says was said of the fact that does not stand.
        var (group, at) = read is { ErrorDeclaration: { } declared, Id: not null } ? (declared, "/errorDeclaration") : (source, "");
        foreach (var (name, value) in group.Members)
        {
            if (name.Namespace == FactAsEvent.Namespace && Ours.Contains(name.Local))
            {
                ours.TryAdd(name.Local, value);
                paths["/" + name.Local] = $"{at}/{Escaped(name.ToString())}";
            }
        }
    }

    /// <summary>Reads one event that the standard finds nothing wrong with.</summary>
    /// <param name="path">Where it stands in the document.</param>
    public static ReadFact Read(EpcisEvent read, string path)
    {
        var told = new EventAsFact(read, path);
        var native = told.Tell();
        if (native is null)
        {
            return new ReadFact(null, told.findings);
        }

        var fact = FactReader.ReadAll(native.Value)[0];
        var findings = told.findings.Concat(fact.Findings.Select(told.Moved)).ToList();
        return new ReadFact(findings.Exists(f => f.Severity == Severity.Error) ? null : fact.Fact, findings);
    }

    // The event in our own form; nothing when what is wrong leaves nothing to tell.
    private ReadOnlyMemory<byte>? Tell()
    {
        if (Happened() is not { } happened)
        {
            return null;
        }

        // Its short name, however it was written.
        var type = read.Type is EventTypes.Extended ? read.TypeName : read.Type.ToString();
        var (items, inputs) = ItemsOf(type);
        var parent = Text(source, "parentID");
        var isPlaced = parent is not null && Identity.Read(parent) is { IsRead: true, Value.Granularity: Granularity.Place };
        var (from, to) = (Ends("sourceList"), Ends("destinationList"));

        // An event without an id can never be corrected: what declares it an error is kept, and takes nothing back.
        var correction = read is { ErrorDeclaration: { } declared, Id: not null } ? declared : null;
        var (kind, outcome) = read.ErrorDeclaration is null ? KindOf(type) : (correction is null ? Vocabulary.Observed : Vocabulary.Corrected, null);
        if (isPlaced)
        {
            // A device fitted in a place.
            kind = kind == Vocabulary.ComponentFitted ? Vocabulary.Installed : kind == Vocabulary.Corrected ? kind : Vocabulary.Observed;
        }

        var place = isPlaced && kind == Vocabulary.Installed ? parent : PlaceOf(kind);
        if (Lacks(kind, items.Count > 0, parent is not null, place is not null, to is not null, outcome) is { } lack)
        {
            // Nothing is concluded of what does not say enough.
            findings.Add(lack == "to" ? new Finding(EpcisFindings.NoDestination, path + "/destinationList") : new Finding(EpcisFindings.Incomplete, path, kind.Word, lack));
            kind = Vocabulary.Observed;
        }

        if (items.Count == 0 && (kind.Requires & Required.Items) == 0 && kind != Vocabulary.Unpacked && !ours.ContainsKey("items"))
        {
            // A whole taken apart without saying into what, inputs of which nobody says what became: on their timelines all the same.
            items = parent is not null && !isPlaced && Identity.Read(parent).IsRead ? [new Listed(parent, null, null, "/parentID")] : inputs;
            isWhole = items.Count > 0;
        }

        if (findings.Exists(f => f.Severity == Severity.Error))
        {
            return null;
        }

        var hasParent = (kind.Requires & Required.Parent) != 0;
        Keep(parent, hasParent, kind == Vocabulary.Transformed, correction is not null);
        Spell();
        var bytes = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("kind", kind.Word);
        if (correction is null)
        {
            json.WriteString("happened", happened.ToString());
            Write(json, "id", Text(source, "eventID"));
        }
        else
        {
            Correction(json, correction, read.Id!);
        }

        if (!ours.ContainsKey("items"))
        {
            Write(json, "items", items, itemPaths);
        }

        if (kind == Vocabulary.Transformed && !ours.ContainsKey("inputs"))
        {
            Write(json, "inputs", inputs, inputPaths);
        }

        if (hasParent && !ours.ContainsKey("parent"))
        {
            Write(json, "parent", parent);
        }

        if (correction is null)
        {
            Write(json, "place", place);
            Write(json, "from", from);
            Write(json, "to", to);
            Write(json, "outcome", outcome);
            References(json);
            MasterData();
        }

        foreach (var (name, value) in ours.Where(o => o.Key is not ("kind" or "details") && (correction is not null || o.Key != "outcome")))
        {
            json.WritePropertyName(name);
            Plain(json, value, OurLists.Contains(name));
        }

        Details(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    // What the table says, or what a Clew that sent it says.
    private (Kind Kind, string? Outcome) KindOf(string type)
    {
        var row = EventForms.Find(type, read.Action, read.BizStep, read.Disposition);
        var kind = row?.Kind ?? Vocabulary.Observed;
        if (ours.TryGetValue("kind", out var said) && said is Text { Value: var word } && Vocabulary.Find(word) is { Family: not (Family.MasterData or Family.Access) } named && named != Vocabulary.Corrected)
        {
            kind = named;
        }

        return (kind, ours.TryGetValue("outcome", out var came) && came is Text outcome ? outcome.Value : row?.Kind == kind ? row.Outcome : null);
    }

    // The first thing that such a fact must say and the event does not.
    private string? Lacks(Kind kind, bool hasItems, bool hasParent, bool hasPlace, bool hasTo, string? outcome)
    {
        foreach (var (need, name, isThere) in ((Required, string, bool)[])
        [
            (Required.Items, "items", hasItems || ours.ContainsKey("items")), (Required.Parent, "parent", hasParent || ours.ContainsKey("parent")), (Required.Place, "place", hasPlace),
            (Required.To, "to", hasTo), (Required.Certificate, "certificate", ours.ContainsKey("certificate")), (Required.Case, "case", ours.ContainsKey("case")),
            (Required.Criterion, "criterion", ours.ContainsKey("criterion")), (Required.Outcome, "outcome", outcome is not null && kind.Outcomes.Contains(outcome)),
        ])
        {
            if ((kind.Requires & need) != 0 && !isThere)
            {
                return name;
            }
        }

        return null;
    }

    // Which of the members that a fact tells itself must be carried as well, because it does not tell them exactly.
    private void Keep(string? parent, bool hasParent, bool hasInputs, bool isDeclared)
    {
        if (isWhole)
        {
            kept.UnionWith(Told);
            kept.ExceptWith(["@context", "eventID", "eventTime"]);
        }

        if (parent is not null)
        {
            var one = Identity.Read(parent);
            if (hasParent && IsSame(parent, one))
            {
                Note("parentID", parent, one.Value);
            }
            else
            {
                kept.Add("parentID");
            }
        }

        if (!hasInputs)
        {
            kept.UnionWith(["inputEPCList", "inputQuantityList"]);
        }

        if (isDeclared)
        {
            kept.Add("eventTime");
        }
    }

    // Of each list in few words how it spelt its names, so that they can be given back as they came.
    private void Spell()
    {
        prefixes = EpcForms.CompanyPrefixes(read).ToHashSet(StringComparer.Ordinal);
        var prefixLength = EpcForms.PrefixLength(prefixes);
        foreach (var (list, of) in names)
        {
            if (kept.Contains(list))
            {
                continue;
            }

            if (EpcSpelling.Of(of, prefixLength) is { } spelling)
            {
                _ = spelling.Length > 0 && spelt.TryAdd(list, spelling);
            }
            else if (of.Sum(n => (long)n.Text.Length) <= SpeltMax)
            {
                kept.Add(list);
            }
            else
            {
                findings.Add(new Finding(EpcisFindings.NotSpelt, $"{path}/{list}", list));
            }
        }
    }

    private void Note(string list, string text, Identity item)
    {
        if (!names.TryGetValue(list, out var of))
        {
            names[list] = of = [];
        }

        of.Add((text, item));
    }

    private static bool IsSame(string text, Reading<Identity> read) => read.IsRead && Gs1Link.AreSame(text, read.Value.ToUri());

    private sealed record Listed(string Text, string? Quantity, string? Unit, string Path);

    // eventTime says the instant; eventTimeZoneOffset what the clock on the wall showed there.
    private EventTime? Happened()
    {
        if (!EventTime.TryRead(Text(source, "eventTime") ?? "", out var instant) || Text(source, "eventTimeZoneOffset") is not { Length: 6 } offset
            || !TimeSpan.TryParseExact(offset.AsSpan(1), @"hh\:mm", CultureInfo.InvariantCulture, out var span))
        {
            return null;
        }

        return new EventTime(instant.Microseconds, (short)((offset[0] == '-' ? -1 : 1) * (int)span.TotalMinutes));
    }

    private void Correction(Utf8JsonWriter json, Group declared, string id)
    {
        var time = Text(declared, "declarationTime") ?? "";
        paths["/happened"] = "/errorDeclaration/declarationTime";
        json.WriteString("happened", time);
        json.WriteString("id", $"{id}#errorDeclaration/{time}");
        json.WriteStartObject("corrects");
        json.WriteString("id", id);
        json.WriteString("reason", Cbv.ErrorReason.AsWord(Text(declared, "reason") ?? "") == "did_not_occur" ? "didNotOccur" : "incorrectData");
        json.WriteStartArray("replacedBy");
        foreach (var (corrective, _) in Texts(declared, "correctiveEventIDs"))
        {
            json.WriteStringValue(corrective);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private (List<Listed> Items, List<Listed> Inputs) ItemsOf(string type)
    {
        var items = new List<Listed>();
        var inputs = new List<Listed>();
        var (things, classes) = FactAsEvent.Lists(type);
        foreach (var (epcs, quantities, into) in type == nameof(EventTypes.TransformationEvent) ? new[] { (things, classes, items), ("inputEPCList", "inputQuantityList", inputs) } : [(things, classes, items)])
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (text, at) in Texts(source, epcs))
            {
                var one = Identity.Read(text);
                if (one.Findings.Any(f => f.Kind == IdentificationFindings.NamesNothing) || (!one.IsRead && text.Contains(':', StringComparison.Ordinal)))
                {
                    NotTracked(text, at, epcs);
                }
                else if (!one.IsRead || seen.Add(one.Value.Text))
                {
                    // The standard's lists are sets: one thing under two spellings is one thing.
                    into.Add(new Listed(Said(text, one), null, null, at));
                    isWhole |= one.IsRead && FactAsEvent.IsClass(one.Value);
                    Exactly(text, one, epcs);
                }
                else
                {
                    kept.Add(epcs);
                }
            }

            var list = source.List(quantities);
            for (var i = 0; i < list.Count; i++)
            {
                var at = string.Create(CultureInfo.InvariantCulture, $"/{quantities}/{i}");
                if (list[i] is not Group element || Text(element, "epcClass") is not { } epcClass)
                {
                    continue;
                }

                // Amounts are kept of lots; a class of somebody else's cannot be told from a thing.
                var one = Identity.Read(epcClass);
                var digits = (element["quantity"] as Number)?.Digits;
                if (one is not { IsRead: true, Value.Granularity: Granularity.Lot } || !IsAmount(digits) || !seen.Add(one.Value.Text))
                {
                    NotTracked(epcClass, at, quantities);
                }
                else
                {
                    into.Add(new Listed(Said(epcClass, one), digits, Text(element, "uom"), at + "/epcClass"));
                    Exactly(epcClass, one, quantities);
                }
            }
        }

        return (items, inputs);
    }

    // Read once: our own reader need not find out again what a link says, unless there is something to say of it.
    private static string Said(string text, Reading<Identity> one) => one is { IsRead: true, Findings.Count: 0 } ? one.Value.Text : text;

    // As our own form takes it: more than nought, at most six places.
    private static bool IsAmount(string? digits) => digits is null
        || (decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount > 0 && amount < 1_000_000_000_000 && amount.Scale <= 6);

    private void Exactly(string text, Reading<Identity> one, string list)
    {
        if (IsSame(text, one))
        {
            Note(list, text, one.Value);
        }
        else
        {
            kept.Add(list);
        }
    }

    // Where the things are afterwards; what leaves or is only read on the way is where it was read.
    private string? PlaceOf(Kind kind)
    {
        var (read, after) = (Place("readPoint"), Place("bizLocation"));
        paths["/place"] = (kind.Whereabouts == Whereabouts.Departs ? read ?? after : after ?? read) == read && read is not null ? "/readPoint/id" : "/bizLocation/id";
        return kind.Whereabouts == Whereabouts.Departs ? read ?? after : after ?? read;

        // What names no place is carried with the event, and no place is concluded from it.
        string? Place(string name) => source[name] is Group at && Text(at, "id") is { } id && Identity.Read(id, "", Granularity.Place).IsRead ? id : null;
    }

    private (string? Party, string? Place)? Ends(string name)
    {
        string? possessing = null, owning = null, place = null;
        foreach (var end in source.List(name).OfType<Group>())
        {
            var text = Text(end, name == "sourceList" ? "source" : "destination");
            switch (Cbv.SourceDestination.AsWord(Text(end, "type") ?? ""))
            {
                case "location":
                    place = text is not null && Identity.Read(text, "", Granularity.Place).IsRead ? text : null;
                    break;
                case "possessing_party":
                    possessing = Party(text);
                    break;
                case "owning_party":
                    owning = Party(text);
                    break;
                default:
                    break;
            }
        }

        return (possessing ?? owning) is { } party ? (party, place) : place is null ? null : (null, place);
    }

    // Before EPCIS 2.0 parties were named by the GLN of their place.
    private static string? Party(string? text) =>
        text is null ? null
        : Identity.Read(text) is { IsRead: true, Value: { Granularity: Granularity.Place } place } && place.Text.StartsWith("gs1:414/", StringComparison.Ordinal)
            ? "gs1:417/" + place.Text.AsSpan(8, Math.Min(13, place.Text.Length - 8)).ToString()
        : Identity.Read(text, "", Granularity.Party).IsRead ? text
        : null;

    private void References(Utf8JsonWriter json)
    {
        if (source["bizTransactionList"] is null)
        {
            return;
        }

        var left = ReferencesMax;
        json.WriteStartArray("references");
        foreach (var transaction in source.List("bizTransactionList").OfType<Group>())
        {
            if (Text(transaction, "bizTransaction") is { Length: > 0 and <= FactReader.TextMax } number && Text(transaction, "type") is null or { Length: <= FactReader.TextMax }
                && (left -= number.Length + (Text(transaction, "type")?.Length ?? 0)) >= 0)
            {
                json.WriteStartObject();
                json.WriteString("type", Text(transaction, "type") is { } type ? Without(FactAsEvent.TransactionType, Cbv.BizTransaction.AsWord(type)) : "other");
                json.WriteString("number", Without(FactAsEvent.Transaction, number));
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static string Without(string stem, string text) => text.StartsWith(stem, StringComparison.Ordinal) ? Uri.UnescapeDataString(text[stem.Length..]) : text;

    // Lot and last day of use, as the CBV's instance/lot master data has them, whatever prefix the sender chose.
    private void MasterData()
    {
        foreach (var member in (source["ilmd"] as Group)?.Members ?? [])
        {
            if (member.Name.Local == "lotNumber" && member.Value is Text { Value.Length: > 0 and <= FactReader.TextMax } lot && ours.TryAdd("lot", lot))
            {
                paths["/lot"] = "/ilmd/" + Escaped(member.Name.ToString());
            }
            else if (member.Name.Local == "itemExpirationDate" && member.Value is Text { Value.Length: >= 10 } date
                && DateOnly.TryParseExact(date.Value[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) && ours.TryAdd("expires", new Text(date.Value[..10])))
            {
                paths["/expires"] = "/ilmd/" + Escaped(member.Name.ToString());
            }
        }
    }

    private void Details(Utf8JsonWriter json)
    {
        json.WriteStartObject("details");
        foreach (var member in (ours.GetValueOrDefault("details") as Group)?.Members.Where(m => m.Name.ToString() != FactAsEvent.Details) ?? [])
        {
            json.WritePropertyName(member.Name.ToString());
            JsonWriting.Value(json, member.Value, Foreign);
        }

        json.WriteStartObject(FactAsEvent.Details);
        var named = IsNamed(source) ? source : (Group)Named(source);
        var own = given.Count == 0 ? read.Contexts.Own : [.. read.Contexts.Own, new Group([.. given.Select(g => new Member(new Name(g.Value), new Text(g.Key)))])];
        if (own.Count > 0)
        {
            json.WritePropertyName("@context");
            JsonWriting.Value(json, new Items(own), Foreign);
        }

        List<string> decimals = [];
        foreach (var (name, value) in named.Members)
        {
            if (name.IsStandard ? (Told.Contains(name.Local) && !kept.Contains(name.Local)) || Shapes.Find(Shapes.Event, name.Local) is null or { Name: "@context" } : name.Namespace == FactAsEvent.Namespace && name.Local == "details")
            {
                continue;
            }

            json.WritePropertyName(name.ToString());
            JsonWriting.Kept(json, value, name);
            if (HasDecimals(value, name.IsStandard ? Shapes.Find(Shapes.Event, name.Local)?.Shape : null))
            {
                FindDecimals(value, name.IsStandard ? Shapes.Find(Shapes.Event, name.Local)?.Shape : null, "/" + name, decimals);
            }
        }

        if (decimals.Count > 0)
        {
            json.WriteStartArray(FactAsEvent.Decimals);
            decimals.ForEach(json.WriteStringValue);
            json.WriteEndArray();
        }

        if (isWhole)
        {
            json.WriteBoolean(FactAsEvent.Whole, true);
        }

        if (spelt.Count > 0)
        {
            json.WriteStartObject(FactAsEvent.Spelt);
            foreach (var (list, spelling) in spelt)
            {
                json.WriteString(list, spelling);
            }

            json.WriteEndObject();
        }

        if (prefixes.Count > 0)
        {
            json.WriteStartArray(FactAsEvent.CompanyPrefixes);
            foreach (var digits in prefixes.Order(StringComparer.Ordinal))
            {
                json.WriteStringValue(digits);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static readonly Name Foreign = new("", "x");

    // Most names are the standard's, and no tree need be built anew for them.
    private bool IsNamed(Node value)
    {
        switch (value)
        {
            case Items items:
                for (var i = 0; i < items.All.Count; i++)
                {
                    if (!IsNamed(items.All[i]))
                    {
                        return false;
                    }
                }

                return true;
            case Group group:
                for (var i = 0; i < group.Members.Count; i++)
                {
                    var (name, inner) = group.Members[i];
                    if ((name.Namespace is { Length: > 0 } && read.Contexts.Read(name.ToString()) != name) || !IsNamed(inner))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }

    // XML gives a name its namespace where it stands; kept as JSON, it needs a prefix that the context knows.
    private Node Named(Node value)
    {
        switch (value)
        {
            case Items items:
                return new Items([.. items.All.Select(Named)]);
            case Group group:
                return new Group([.. group.Members.Select(m => new Member(Named(m.Name), Named(m.Value)))]);
            default:
                return value;
        }
    }

    private Name Named(Name name)
    {
        if (name.Namespace is not { Length: > 0 } meaning || read.Contexts.Read(name.ToString()) == name)
        {
            return name;
        }

        if (!given.TryGetValue(meaning, out var prefix))
        {
            var stem = name.Prefix ?? "ns";
            prefix = stem;
            for (var n = 2; read.Contexts.IsKnown(prefix) || given.ContainsValue(prefix); n++)
            {
                prefix = string.Create(CultureInfo.InvariantCulture, $"{stem}{n}");
            }

            given[meaning] = prefix;
        }

        return name with { Prefix = prefix };
    }

    private static bool IsDecimal(Number number, Shape? shape) => shape is null && !long.TryParse(number.Digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static bool HasDecimals(Node value, Shape? shape) => value switch
    {
        Number number => IsDecimal(number, shape),
        Items items => items.All.Any(i => HasDecimals(i, shape?.Of)),
        Group group => group.Members.Any(m => HasDecimals(m.Value, shape is not null && m.Name.IsStandard ? Shapes.Find(shape, m.Name.Local)?.Shape : null)),
        _ => false,
    };

    // Of the sender's own members: what the standard calls a number is known for one.
    private static void FindDecimals(Node value, Shape? shape, string at, List<string> into)
    {
        switch (value)
        {
            case Number number when IsDecimal(number, shape):
                into.Add(at);
                break;
            case Items items:
                for (var i = 0; i < items.All.Count; i++)
                {
                    FindDecimals(items.All[i], shape?.Of, string.Create(CultureInfo.InvariantCulture, $"{at}/{i}"), into);
                }

                break;
            case Group group:
                foreach (var member in group.Members)
                {
                    FindDecimals(member.Value, shape is not null && member.Name.IsStandard ? Shapes.Find(shape, member.Name.Local)?.Shape : null, $"{at}/{member.Name}", into);
                }

                break;
            default:
                break;
        }
    }

    // A member of a fact, whatever prefix and form it came with.
    private static void Plain(Utf8JsonWriter json, Node value, bool isList)
    {
        if (isList && value is not Items)
        {
            value = new Items([value]);
        }

        switch (value)
        {
            case Items items:
                json.WriteStartArray();
                foreach (var item in items.All)
                {
                    Plain(json, item, isList: false);
                }

                json.WriteEndArray();
                break;
            case Group group:
                json.WriteStartObject();
                foreach (var member in group.Members.DistinctBy(m => m.Name.Local))
                {
                    json.WritePropertyName(member.Name.Local);
                    Plain(json, member.Value, OurLists.Contains(member.Name.Local));
                }

                json.WriteEndObject();
                break;
            default:
                JsonWriting.Value(json, value, Foreign);
                break;
        }
    }

    // A finding of our own form, told of where the sender wrote it.
    private Finding Moved(Finding finding)
    {
        foreach (var (list, from) in new[] { (itemPaths, "/items/"), (inputPaths, "/inputs/") })
        {
            var rest = finding.Path.AsSpan();
            if (rest.StartsWith(from, StringComparison.Ordinal))
            {
                rest = rest[from.Length..];
                var digits = rest.IndexOf('/') is >= 0 and var slash ? rest[..slash] : rest;
                if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < list.Count)
                {
                    return finding with { Path = path + list[i] };
                }
            }
        }

        var known = paths.FirstOrDefault(p => finding.Path == p.Key || finding.Path.StartsWith(p.Key + "/", StringComparison.Ordinal));
        return finding with { Path = path + (known.Key is null ? finding.Path : known.Value) };
    }

    private void NotTracked(string text, string at, string list)
    {
        kept.Add(list);
        findings.Add(new Finding(EpcisFindings.NotTracked, path + at, text));
    }

    private static string? Text(Group group, string name) => group.Text(name);

    private static IEnumerable<(string Text, string Path)> Texts(Group group, string name)
    {
        var list = group.List(name);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is Text text)
            {
                yield return (text.Value, string.Create(CultureInfo.InvariantCulture, $"/{name}/{i}"));
            }
        }
    }

    private static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static void Write(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, (string? Party, string? Place)? end)
    {
        if (end is { } known)
        {
            json.WriteStartObject(name);
            Write(json, "party", known.Party);
            Write(json, "place", known.Place);
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, string name, List<Listed> items, List<string> at)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            at.Add(item.Path);
            if (item.Quantity is null && item.Unit is null)
            {
                json.WriteStringValue(item.Text);
                continue;
            }

            json.WriteStartObject();
            json.WriteString("item", item.Text);
            if (item.Quantity is not null)
            {
                json.WritePropertyName("quantity");
                json.WriteRawValue(item.Quantity);
            }

            Write(json, "unit", item.Unit);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
