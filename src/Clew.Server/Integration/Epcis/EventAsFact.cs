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
internal sealed class EventAsFact
{
    // Told by the fact itself; everything else of the event is carried in its details under its own name.
    private static readonly HashSet<string> Told = new(StringComparer.Ordinal)
    {
        "@context", "eventID", "eventTime", "epcList", "childEPCs", "inputEPCList", "outputEPCList", "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList", "parentID",
    };

    private readonly EpcisEvent read;
    private readonly Group source;
    private readonly string path;
    private readonly Node? context;
    private readonly List<Finding> findings = [];
    private readonly List<string> untracked = [];
    private readonly List<string> itemPaths = [];
    private readonly List<string> inputPaths = [];
    private readonly Dictionary<string, string> paths = new(StringComparer.Ordinal) { ["/happened"] = "/eventTime", ["/id"] = "/eventID", ["/parent"] = "/parentID", ["/items"] = "/epcList", ["/inputs"] = "/inputEPCList", ["/details"] = "" };

    private EventAsFact(EpcisEvent read, string path, Node? context) => (this.read, source, this.path, this.context) = (read, read.Members, path, context);

    /// <summary>Reads one event that the standard finds nothing wrong with.</summary>
    /// <param name="path">Where it stands in the document.</param>
    /// <param name="context">The document's <c>@context</c>, which says what its prefixes mean.</param>
    public static ReadFact Read(EpcisEvent read, string path, Node? context)
    {
        var told = new EventAsFact(read, path, context);
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
        // Its short name, however it was written.
        var type = read.Type is EventTypes.Extended ? read.TypeName : read.Type.ToString();
        var (action, bizStep, disposition) = (read.Action, read.BizStep, read.Disposition);
        var happened = Happened();
        var isDeclared = read.ErrorDeclaration is not null;
        if (read.ErrorDeclaration is { } declared && read.Id is { } corrected)
        {
            return Declared(declared, corrected);
        }

        // An event without an id can never be corrected: what declares it an error is kept, and takes nothing back.
        var row = isDeclared ? null : EpcisKinds.Find(type, action, bizStep, disposition);
        var kind = row?.Kind ?? Vocabulary.Observed;
        var (items, inputs) = Items(type);
        var parent = Text(source, "parentID");
        var (from, to) = (Ends("sourceList"), Ends("destinationList"));
        if ((kind.Requires & Required.To) != 0 && to is null)
        {
            findings.Add(new Finding(EpcisFindings.NoDestination, path + "/destinationList"));
            kind = Vocabulary.Observed;
        }

        // A whole taken apart without saying into what, a device fitted in a place: kept, and nothing concluded.
        var isPlaced = parent is not null && Identity.Read(parent) is { IsRead: true, Value.Granularity: Granularity.Place };
        if ((kind == Vocabulary.ComponentRemoved && items.Count == 0) || (kind == Vocabulary.Packed && parent is null))
        {
            kind = Vocabulary.Observed;
        }
        else if (isPlaced)
        {
            kind = kind == Vocabulary.ComponentFitted ? Vocabulary.Installed : Vocabulary.Observed;
        }

        if (items.Count == 0 && kind != Vocabulary.Unpacked)
        {
            // About a place only, as sensors tell it, or about classes of goods: kept, and on nobody's timeline.
            items = parent is not null && !isPlaced ? [new Named(parent, null, null, "/parentID")] : inputs;
            kind = items.Count == 0 || kind == Vocabulary.Transformed || (kind.Requires & Required.Parent) != 0 ? Vocabulary.Observed : kind;
        }

        if (happened is null || findings.Exists(f => f.Severity == Severity.Error))
        {
            return null;
        }

        var place = isPlaced && kind == Vocabulary.Installed ? parent : PlaceOf(kind);
        var bytes = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("kind", kind.Word);
        json.WriteString("happened", happened.Value.ToString());
        Write(json, "id", Text(source, "eventID"));
        Write(json, "items", items, itemPaths);
        if (kind == Vocabulary.Transformed)
        {
            Write(json, "inputs", inputs, inputPaths);
        }

        if ((kind.Requires & Required.Parent) != 0)
        {
            Write(json, "parent", parent);
        }

        Write(json, "place", place);
        Write(json, "from", from);
        Write(json, "to", to);
        Write(json, "outcome", row?.Kind == kind ? row?.Outcome : null);
        References(json);
        MasterData(json);
        Details(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private sealed record Named(string Text, string? Quantity, string? Unit, string Path);

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

    private ReadOnlyMemory<byte>? Declared(Group declared, string id)
    {
        var time = Text(declared, "declarationTime") ?? "";
        paths["/happened"] = "/errorDeclaration/declarationTime";
        var bytes = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("kind", Vocabulary.Corrected.Word);
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
        Details(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private (List<Named> Items, List<Named> Inputs) Items(string type)
    {
        var items = new List<Named>();
        var inputs = new List<Named>();
        foreach (var (epcs, quantities, into) in type switch
        {
            "TransformationEvent" => new[] { ("outputEPCList", "outputQuantityList", items), ("inputEPCList", "inputQuantityList", inputs) },
            "AggregationEvent" or "AssociationEvent" => [("childEPCs", "childQuantityList", items)],
            _ => [("epcList", "quantityList", items)],
        })
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (text, at) in Texts(source, epcs))
            {
                var read = Identity.Read(text);
                if (read.Findings.Any(f => f.Kind == IdentificationFindings.NamesNothing))
                {
                    NotTracked(text, at);
                }
                else if (!read.IsRead || seen.Add(read.Value.Text))
                {
                    // The standard's lists are sets: one thing under two spellings is one thing.
                    into.Add(new Named(text, null, null, at));
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

                if (Identity.Read(epcClass) is { IsRead: true, Value.Granularity: Granularity.Product } || epcClass.StartsWith("urn:epc:idpat:", StringComparison.OrdinalIgnoreCase))
                {
                    NotTracked(epcClass, at);
                }
                else
                {
                    into.Add(new Named(epcClass, (element["quantity"] as Number)?.Digits, Text(element, "uom"), at + "/epcClass"));
                }
            }
        }

        return (items, inputs);
    }

    // Where the things are afterwards; what leaves or is only read on the way is where it was read.
    private string? PlaceOf(Kind kind)
    {
        var (read, after) = (Place("readPoint"), Place("bizLocation"));
        paths["/place"] = (kind.Whereabouts == Whereabouts.Departs ? read ?? after : after ?? read) == read && read is not null ? "/readPoint/id" : "/bizLocation/id";
        return kind.Whereabouts == Whereabouts.Departs ? read ?? after : after ?? read;

        string? Place(string name) => source[name] is Group at ? Text(at, "id") : null;
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
                    place = text;
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
        text is not null && Identity.Read(text) is { IsRead: true, Value: { Granularity: Granularity.Place } place } && place.Text.StartsWith("gs1:414/", StringComparison.Ordinal)
            ? "gs1:417/" + place.Text.AsSpan(8, Math.Min(13, place.Text.Length - 8)).ToString()
            : text;

    private void References(Utf8JsonWriter json)
    {
        if (source["bizTransactionList"] is null)
        {
            return;
        }

        json.WriteStartArray("references");
        foreach (var transaction in source.List("bizTransactionList").OfType<Group>())
        {
            if (Text(transaction, "bizTransaction") is { Length: > 0 } number)
            {
                json.WriteStartObject();
                json.WriteString("type", Text(transaction, "type") is { } type ? Cbv.BizTransaction.AsWord(type) : "other");
                json.WriteString("number", number);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    // Lot and last day of use, as the CBV's instance/lot master data has them, whatever prefix the sender chose.
    private void MasterData(Utf8JsonWriter json)
    {
        foreach (var member in (source["ilmd"] as Group)?.Members ?? [])
        {
            if (member.Name.Local == "lotNumber" && member.Value is Text lot)
            {
                json.WriteString("lot", lot.Value);
                paths["/lot"] = "/ilmd/" + Escaped(member.Name.ToString());
            }
            else if (member.Name.Local == "itemExpirationDate" && member.Value is Text { Value.Length: >= 10 } date)
            {
                json.WriteString("expires", date.Value[..10]);
                paths["/expires"] = "/ilmd/" + Escaped(member.Name.ToString());
            }
        }
    }

    private void Details(Utf8JsonWriter json)
    {
        json.WriteStartObject("details");
        json.WriteStartObject("epcis");
        if ((source["@context"] ?? context) is { } said)
        {
            json.WritePropertyName("@context");
            JsonWriting.Value(json, said);
        }

        if (untracked.Count > 0)
        {
            json.WriteStartArray("untracked");
            untracked.ForEach(json.WriteStringValue);
            json.WriteEndArray();
        }

        foreach (var member in source.Members.Where(m => !m.Name.IsStandard || (m.Name.Local != "untracked" && !Told.Contains(m.Name.Local))))
        {
            json.WritePropertyName(member.Name.ToString());
            JsonWriting.Value(json, member.Value, member.Name);
        }

        json.WriteEndObject();
        json.WriteEndObject();
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

    private void NotTracked(string text, string at)
    {
        untracked.Add(text);
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

    private static void Write(Utf8JsonWriter json, string name, List<Named> items, List<string> at)
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
