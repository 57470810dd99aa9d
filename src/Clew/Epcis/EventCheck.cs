using System.Globalization;
using System.Text;
using Clew.Facts;
using Clew.Identification;
using static Clew.Epcis.EventTypes;

namespace Clew.Epcis;

/// <summary>
/// Whether an event or a document is what EPCIS 2.0 asks for: every member against <see cref="Shapes"/>, every event against the rules
/// of its type and action (TABLE), all problems at once, each where the sender wrote it.
/// </summary>
public sealed class EventCheck
{
    /// <summary>Findings of one event: whoever writes a thousand serials wrong has one mistake to mend.</summary>
    private const int FindingsMax = 100;

    private readonly EpcisForm form;
    private readonly Contexts contexts;
    private readonly string root;
    private readonly List<Finding> findings = [];
    private readonly List<(string? Name, int Index)> path = [];

    private EventCheck(EpcisForm form, Contexts contexts, string root) => (this.form, this.contexts, this.root) = (form, contexts, root);

    /// <summary>Of events of these types with these actions, one of these lists of members must be there.</summary>
    /// <param name="Actions">Any action where it is empty.</param>
    public sealed record Rule(EventTypes Types, string Actions, params string[][] OneOf);

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>What a type and an action ask for (EPCIS 2.0, 7.4; GS1 TCR-53, TCR-54).</summary>
    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new(ObjectEvent,                         "",            ["epcList"], ["quantityList"], ["sensorElementList", "readPoint"]),
        new(AggregationEvent,                    "ADD DELETE",  ["parentID"]),
        new(AggregationEvent | AssociationEvent, "ADD OBSERVE", ["childEPCs"], ["childQuantityList"]),
        new(TransactionEvent,                    "ADD OBSERVE", ["epcList"], ["quantityList"]),
        new(TransformationEvent,                 "",            ["inputEPCList"], ["inputQuantityList"], ["transformationID"]),
        new(TransformationEvent,                 "",            ["outputEPCList"], ["outputQuantityList"], ["transformationID"]),
        new(TransformationEvent,                 "",            ["inputEPCList"], ["inputQuantityList"], ["outputEPCList"], ["outputQuantityList"]),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    // May be empty and is there all the same: the schema says so, and EPCIS 1.x must write it.
    private static readonly HashSet<string> MayBeEmpty = new(StringComparer.Ordinal) { "epcList" };

    /// <summary>What is wrong with an event.</summary>
    public static IReadOnlyList<Finding> Of(EpcisEvent read, EpcisForm form, string path)
    {
        var check = new EventCheck(form, read.Contexts, path);
        check.Event(read);
        return check.findings;
    }

    /// <summary>What is wrong with a document besides its events.</summary>
    public static IReadOnlyList<Finding> Of(EpcisDocument document)
    {
        var check = new EventCheck(document.Form, document.Contexts, "");
        if (document.Form == EpcisForm.Json && document.Members.Members.Count > 0)
        {
            var isQuery = document.Type == "EPCISQueryDocument";
            check.Fields(document.Members, Shapes.Document, document.Type.Length > 0 ? document.Type : "document", f => f.IsRequired && !(isQuery && f.Name is "schemaVersion" or "creationDate"));
            if (document.Type is not ("EPCISDocument" or "EPCISQueryDocument"))
            {
                check.Say(EpcisFindings.Wrong, document.Members["type"], "/type", document.Type, "type", "EPCISDocument, EPCISQueryDocument");
            }
        }
        else if (document.Members.Members.Count > 0)
        {
            check.Fields(document.Members, Shapes.Document, document.Type, f => f.IsRequired && f.Name is not "@context");
        }

        if (document.Type == "EPCISQueryDocument" && (document.Members["epcisBody"] as Group)?["queryResults"] is Group results && results["queryName"] is null)
        {
            check.Say(EpcisFindings.Missing, results, "/epcisBody/queryResults/queryName", "queryResults", "queryName");
        }

        return check.findings;
    }

    /// <summary>A bare event in JSON must say what its names mean.</summary>
    public static Finding? OfBare(EpcisEvent read, string path) => read.Members["@context"] is null ? new Finding(EpcisFindings.Missing, path + "/@context", "event", "@context") : null;

    private void Event(EpcisEvent read)
    {
        var type = read.Type;
        var typeName = read.TypeName.Length == 0 ? "event" : read.TypeName;
        if (read.Members["type"] is null)
        {
            Say(EpcisFindings.Missing, read.Members, "/type", "event", "type");
        }
        else if (type == None)
        {
            Say(EpcisFindings.UnknownType, read.Members["type"], "/type", Short(read.TypeName));
        }

        Fields(read.Members, Shapes.Event, typeName, f => (f.RequiredIn & type) != 0);
        var action = read.Action;
        foreach (var rule in Rules)
        {
            if ((rule.Types & type) != 0 && (rule.Actions.Length == 0 || (action is not null && rule.Actions.Contains(action, StringComparison.Ordinal)))
                && !rule.OneOf.Any(all => all.All(name => IsThere(read.Members[name], name))))
            {
                Say(EpcisFindings.Missing, read.Members, "/" + rule.OneOf[0][0], typeName, string.Join("' / '", rule.OneOf.Select(all => string.Join("' + '", all))));
            }
        }

        foreach (var member in read.Members.Members)
        {
            if (member.Name.IsStandard && Shapes.Find(Shapes.Event, member.Name.Local) is { } field && type != None && (field.In & type) == 0)
            {
                Say(EpcisFindings.NotOfThisType, member.Value, "/" + field.Name, field.Name, typeName);
            }
        }

        if (type == ObjectEvent && action is "OBSERVE" or "DELETE" && read.Members["ilmd"] is { } ilmd)
        {
            Say(EpcisFindings.NotOfThisType, ilmd, "/ilmd", "ilmd", $"{typeName} {action}");
        }

        if (read.ErrorDeclaration is { } declared && declared.Text("reason") is { } reason && Cbv.ErrorReason.AsWord(reason) == "did_not_occur" && declared.List("correctiveEventIDs").Count > 0)
        {
            Say(EpcisFindings.DidNotOccur, declared["correctiveEventIDs"], "/errorDeclaration/correctiveEventIDs");
        }

        if (read.Members["sensorElementList"] is Items sensors)
        {
            Sensors(sensors, read.Members.Text("eventTime"));
        }
    }

    private static bool IsThere(Node? node, string name) => node is not null && (node is not Items { All.Count: 0 } || MayBeEmpty.Contains(name));

    private void Sensors(Items sensors, string? eventTime)
    {
        EventTime? happened = eventTime is not null && EventTime.TryRead(eventTime, out var time) ? time : null;
        for (var i = 0; i < sensors.All.Count; i++)
        {
            if (sensors.All[i] is not Group element)
            {
                continue;
            }

            var metadata = element["sensorMetadata"] as Group;
            var reports = element.List("sensorReport").OfType<Group>().ToList();
            foreach (var name in metadata?.Members.Where(m => m.Name.IsStandard).Select(m => m.Name.Local) ?? [])
            {
                if (reports.Find(r => r[name] is not null) is { } report)
                {
                    Say(EpcisFindings.SensorTwice, report, string.Create(CultureInfo.InvariantCulture, $"/sensorElementList/{i}/sensorMetadata/{name}"), name);
                }
            }

            foreach (var at in reports.Append(metadata).Where(g => g is not null).SelectMany(g => (string[])[g!.Text("time") ?? "", g.Text("endTime") ?? ""]))
            {
                if (EventTime.TryRead(at, out var measured) && happened is { } until && measured > until)
                {
                    Say(EpcisFindings.SensorLate, element, string.Create(CultureInfo.InvariantCulture, $"/sensorElementList/{i}"), at);
                }
            }
        }
    }

    // ---- shapes

    private void Fields(Group group, Shape shape, string of, Func<Field, bool> isRequired)
    {
        foreach (var member in group.Members)
        {
            path.Add((member.Name.ToString(), 0));
            if (member.Name.IsStandard && Shapes.Find(shape, member.Name.Local) is { } field)
            {
                Value(member.Value, field.Shape, field.Name);
            }
            else
            {
                Own(member, shape);
            }

            path.RemoveAt(path.Count - 1);
        }

        foreach (var field in shape.Fields)
        {
            if (isRequired(field) && group[field.Name] is null)
            {
                Say(EpcisFindings.Missing, group, "/" + field.Name, of, field.Name);
            }
        }
    }

    // A member of the sender's own.
    private void Own(Member member, Shape shape)
    {
        var name = member.Name;
        if (!shape.IsLoose && (name.IsStandard || !shape.IsOpen) && !(name.Local.StartsWith('@') && form == EpcisForm.Json && shape.IsOpen && name.Local == "@context"))
        {
            Say(EpcisFindings.UnknownMember, member.Value, "", Short(name.ToString()));
        }
        else if (name.Prefix is { } prefix && name.Namespace is null && !contexts.HasForeignAddress)
        {
            Say(EpcisFindings.UnknownPrefix, member.Value, "", Short(prefix));
        }

        Any(member.Value);
    }

    // Whatever it is, its texts must be texts.
    private void Any(Node node)
    {
        switch (node)
        {
            case Text text:
                Whole(text, text.Value);
                break;
            case Items items:
                foreach (var item in items.All)
                {
                    Any(item);
                }

                break;
            case Group group:
                foreach (var member in group.Members)
                {
                    Whole(group, member.Name.Local);
                    Any(member.Value);
                }

                break;
            default:
                break;
        }
    }

    private void Whole(Node node, string text)
    {
        // PostgreSQL has no U+0000, and neither has XML.
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            Say(EpcisFindings.NoText, node, "");
        }
    }

    private void Value(Node node, Shape shape, string name)
    {
        switch (shape.Form)
        {
            case ValueForm.Any:
                Any(node);
                break;
            case ValueForm.Group:
                if (node is Group group)
                {
                    Fields(group, shape, name, f => f.IsRequired && !(form != EpcisForm.Json && name == "sensorReport" && f.Name == "type"));
                }
                else
                {
                    Type(node, "object");
                }

                break;
            case ValueForm.OneOrMany when node is not Items:
                Value(node, shape.Of!, name);
                break;
            case ValueForm.List or ValueForm.OneOrMany:
                List(node, shape, name);
                break;
            case ValueForm.Number:
                Type(node, node is Number, "number");
                break;
            case ValueForm.Flag:
                Type(node, node is Flag, "boolean");
                break;
            default:
                if (node is Text text)
                {
                    Whole(text, text.Value);
                    Said(text, shape, name);
                }
                else
                {
                    Type(node, "string");
                }

                break;
        }
    }

    private void List(Node node, Shape shape, string name)
    {
        if (node is not Items items)
        {
            Type(node, "array");
            return;
        }

        if (items.All.Count < shape.Min)
        {
            Say(EpcisFindings.Missing, node, "/0", name, shape.Of!.Form == ValueForm.Word ? shape.Of.Words!.Name : name);
        }

        HashSet<string>? seen = shape.IsSet && form == EpcisForm.Json && items.All.Count > 1 ? new(StringComparer.Ordinal) : null;
        for (var i = 0; i < items.All.Count; i++)
        {
            path.Add((null, i));
            Value(items.All[i], shape.Of!, name);
            if (seen is not null && items.All[i] is Text text && !seen.Add(text.Value))
            {
                Say(EpcisFindings.Twice, text, "", Short(text.Value), name);
            }

            path.RemoveAt(path.Count - 1);
        }
    }

    private void Said(Text node, Shape shape, string name)
    {
        var text = node.Value;
        switch (shape.Form)
        {
            case ValueForm.Uri when !Uris.IsUri(text, isStrict: form == EpcisForm.Json):
                Say(EpcisFindings.NoUri, node, "", Short(text));
                break;
            case ValueForm.Time when !Uris.IsTime(text):
                Say(text.Length > 10 && !EventTime.HasOffset(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) ? FactFindings.TimeWithoutOffset : FactFindings.TimeUnreadable, node, "", Short(text));
                break;
            case ValueForm.Offset when !IsOffset(text):
                Say(EpcisFindings.Wrong, node, "", Short(text), name, "+08:00, −05:00 … (±14:00)");
                break;
            case ValueForm.Hex when text.Length == 0 || !text.All(char.IsAsciiHexDigit):
                Say(EpcisFindings.Wrong, node, "", Short(text), name, "0–9, A–F");
                break;
            case ValueForm.Unit when form == EpcisForm.Json && !(text.Length is 2 or 3 && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))):
                Say(EpcisFindings.Wrong, node, "", Short(text), name, "KGM, LTR, EA, … (UN/ECE Rec. 20)");
                break;
            case ValueForm.Version when text.Length == 0 || !text.Split('.').All(p => CheckDigit.AreDigits(p)):
                Say(EpcisFindings.Wrong, node, "", Short(text), name, "2.0");
                break;
            case ValueForm.Choice when !shape.Choices.Contains(text):
                Say(EpcisFindings.Wrong, node, "", Short(text), name, string.Join(", ", shape.Choices));
                break;
            case ValueForm.Word:
                Word(node, shape.Words!);
                break;
            default:
                break;
        }
    }

    private void Word(Text node, Cbv words)
    {
        var text = node.Value;
        var (word, isBare) = (words.Read(text), words.Has(text));
        if (form == EpcisForm.Json)
        {
            if (word is null || (!isBare && !Uris.IsUri(text, isStrict: true)))
            {
                Say(EpcisFindings.UnknownWord, node, "", Short(text), words.Name, Spelling.Nearest(text, words.Words));
            }
            else if (words.Urn is { } urn && text.StartsWith(urn, StringComparison.Ordinal))
            {
                Say(EpcisFindings.WordForm, node, "", Short(text), word);
            }
        }
        else if (isBare && words.Urn is not null)
        {
            Say(EpcisFindings.WordForm, node, "", text, words.AsUrn(text));
        }
        else if (!isBare && !text.Contains(':', StringComparison.Ordinal))
        {
            Say(EpcisFindings.UnknownWord, node, "", Short(text), words.Name, Spelling.Nearest(text, words.Words));
        }
    }

    private static bool IsOffset(string text)
    {
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':' || !CheckDigit.AreDigits(text.AsSpan(1, 2)) || !CheckDigit.AreDigits(text.AsSpan(4, 2)))
        {
            return false;
        }

        var (hours, minutes) = (((text[1] - '0') * 10) + text[2] - '0', ((text[4] - '0') * 10) + text[5] - '0');
        return minutes < 60 && (hours * 60) + minutes <= 14 * 60;
    }

    private void Type(Node node, bool isRight, string expected)
    {
        if (!isRight)
        {
            Type(node, expected);
        }
    }

    private void Type(Node node, string expected) => Say(FactFindings.WrongType, node, "", Shown(node), expected);

    private static string Shown(Node node) => node switch
    {
        Text text => $"\"{Short(text.Value)}\"",
        Number number => Short(number.Digits),
        Flag flag => flag.Value ? "true" : "false",
        Items => "array",
        Group => "object",
        _ => "null",
    };

    private void Say(FindingKind kind, Node? node, string more, params string[] arguments)
    {
        if (findings.Count < FindingsMax)
        {
            findings.Add(new Finding(kind, node is { At.IsKnown: true } ? node.At.ToString() : Here(more), arguments));
        }
    }

    private string Here(string more)
    {
        var text = new StringBuilder(root);
        foreach (var (name, index) in path)
        {
            _ = name is null ? text.Append(CultureInfo.InvariantCulture, $"/{index}") : text.Append('/').Append(JsonSource.Escaped(name));
        }

        return text.Append(more).ToString();
    }

    private static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
