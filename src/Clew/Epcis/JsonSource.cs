using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Epcis;

/// <summary>
/// Reads EPCIS 2.0 in JSON-LD: a document, the answer to a query, one event, an array of events. The document is gone through once
/// before its first event comes out: broken JSON is no document, and the context may stand behind the body.
/// </summary>
internal sealed class JsonSource : IEventSource
{
    private const string EventList = "eventList";

    private readonly ReadOnlyMemory<byte> document;
    private readonly List<Finding> broken = [];
    private JsonReaderState state = new(Options);
    private int consumed;
    private int list = -1;
    private int index;
    private string prefix = "";
    private bool isMany;
    private bool isOver;

    public JsonSource(ReadOnlyMemory<byte> document)
    {
        // RFC 8259 8.1: a byte order mark may be passed over, and Windows writes one.
        this.document = document.Span.StartsWith("\uFEFF"u8) ? document[3..] : document;
        var members = new List<Member>();
        var contexts = Contexts.Standard;
        try
        {
            contexts = Survey(members);
        }
        catch (JsonException e)
        {
            broken.Add(NotJson(e, ""));
        }
        catch (InvalidOperationException)
        {
            broken.Add(new Finding(EpcisFindings.NoText, ""));
        }

        Document = new EpcisDocument(new Group(members), contexts, EpcisForm.Json);
    }

    private static JsonReaderOptions Options => new() { AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow, MaxDepth = EpcisReader.DepthMax };

    public double Progress => document.Length == 0 ? 1 : (double)consumed / document.Length;

    public EpcisDocument Document { get; }

    public bool TryNext(out ReadEvent next)
    {
        next = default;
        if (isOver)
        {
            return false;
        }

        if (broken.Count > 0 || list < 0)
        {
            isOver = true;
            next = new ReadEvent(null, prefix, broken.Count > 0 ? broken : [new Finding(EpcisFindings.NoEvents, prefix)]);
            return true;
        }

        var json = new Utf8JsonReader(document.Span[consumed..], isFinalBlock: true, state);
        if ((!json.Read() || json.TokenType == JsonTokenType.EndArray) && isMany)
        {
            isOver = true;
            consumed = document.Length;
            return false;
        }

        var path = isMany ? string.Create(CultureInfo.InvariantCulture, $"{prefix}/{index++}") : prefix;
        var start = json;
        json.Skip();
        var text = document.Span.Slice(consumed + (int)start.TokenStartIndex, (int)(json.BytesConsumed - start.TokenStartIndex));
        (state, consumed, isOver) = (json.CurrentState, consumed + (int)json.BytesConsumed, !isMany);
        next = Read(ref start, text, path);
        return true;
    }

    private ReadEvent Read(ref Utf8JsonReader json, ReadOnlySpan<byte> text, string path)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            return new ReadEvent(null, path, [new Finding(FactFindings.WrongType, path, Kind(json.TokenType), "object")]);
        }

        try
        {
            var contexts = Document.Contexts;
            if ((isMany || prefix.Length > 0) && text.IndexOf("\"@context\""u8) >= 0)
            {
                contexts = contexts.With(Ahead(json));
            }

            List<Finding>? findings = null;
            var members = Members(ref json, contexts, path, ref findings);
            return new ReadEvent(new EpcisEvent(new Group(members), contexts), path, findings ?? (IReadOnlyList<Finding>)[]);
        }
        catch (InvalidOperationException)
        {
            // Well formed, and yet a text in it is none: bytes that are no UTF-8, or half a surrogate pair.
            return new ReadEvent(null, path, [new Finding(EpcisFindings.NoText, path)]);
        }
    }

    /// <summary>One object of JSON that is known to be well formed, its names read with what its own context says.</summary>
    internal static (Group Members, Contexts Contexts) Object(ReadOnlySpan<byte> text)
    {
        List<Finding>? none = null;
        var json = new Utf8JsonReader(text, Options);
        json.Read();
        var contexts = text.IndexOf("\"@context\""u8) < 0 ? Contexts.Standard : Contexts.Standard.With(Ahead(json));
        return (new Group(Members(ref json, contexts, "", ref none)), contexts);
    }

    // The event's own context, which may stand behind what it explains.
    private static Node? Ahead(Utf8JsonReader json)
    {
        List<Finding>? none = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isContext = json.ValueTextEquals("@context"u8);
            json.Read();
            if (isContext)
            {
                return Value(ref json, Contexts.Standard, "", ref none);
            }

            json.Skip();
        }

        return null;
    }

    // ---- the document

    private Contexts Survey(List<Member> members)
    {
        var json = new Utf8JsonReader(document.Span, isFinalBlock: true, state);
        json.Read();
        if (json.TokenType == JsonTokenType.StartArray)
        {
            (isMany, state, consumed, list) = (true, json.CurrentState, (int)json.BytesConsumed, 0);
            json.Skip();
            ToEnd(ref json);
            return Contexts.Standard;
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            return Contexts.Standard;
        }

        var contexts = Contexts.Standard.With(Ahead(json));
        var start = json;
        var (isDocument, isEvent) = Look(json);
        if (!isDocument)
        {
            json.Skip();
            ToEnd(ref json);
            list = isEvent ? 0 : -1;
            return contexts;
        }

        List<Finding>? findings = null;
        json = start;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (name == "epcisBody" && json.TokenType == JsonTokenType.StartObject && list < 0)
            {
                prefix = "/epcisBody";
                var body = new List<Member>();
                members.Add(new Member(new Name(name), new Group(body)));
                Body(ref json, body, contexts, ref findings);
            }
            else
            {
                members.Add(new Member(contexts.Read(name), Value(ref json, contexts, "/" + Escaped(name), ref findings)));
            }
        }

        ToEnd(ref json);
        broken.AddRange(findings ?? []);
        return contexts;
    }

    // Into the body; of the answer to a query, into its results; to the list of events, which is passed over here.
    private void Body(ref Utf8JsonReader json, List<Member> members, Contexts contexts, ref List<Finding>? findings)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            json.Read();
            if (list < 0 && json.TokenType == JsonTokenType.StartObject && name is "queryResults" or "resultsBody")
            {
                var (outer, inner) = (prefix, new List<Member>());
                members.Add(new Member(new Name(name), new Group(inner)));
                prefix += "/" + name;
                Body(ref json, inner, contexts, ref findings);
                prefix = list < 0 ? outer : prefix;
            }
            else if (list < 0 && ((name == EventList && json.TokenType == JsonTokenType.StartArray) || (name == "event" && json.TokenType == JsonTokenType.StartObject)))
            {
                prefix += "/" + name;
                isMany = name == EventList;
                if (isMany)
                {
                    (state, consumed) = (json.CurrentState, (int)json.BytesConsumed);
                }
                else
                {
                    // Read again from its own brace, as a value by itself.
                    consumed = (int)json.TokenStartIndex;
                }

                list = consumed;
                json.Skip();
            }
            else
            {
                members.Add(new Member(contexts.Read(name), Value(ref json, contexts, $"{prefix}/{Escaped(name)}", ref findings)));
            }
        }
    }

    private static void ToEnd(ref Utf8JsonReader json)
    {
        while (json.Read())
        {
            // What follows must still be JSON.
        }
    }

    // A document says its type or has a body; an event says its type or its time.
    private static (bool IsDocument, bool IsEvent) Look(Utf8JsonReader json)
    {
        var isEvent = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (isBody, isType, isTime) = (json.ValueTextEquals("epcisBody"u8), json.ValueTextEquals("type"u8) || json.ValueTextEquals("isA"u8), json.ValueTextEquals("eventTime"u8));
            json.Read();
            if (isBody || (isType && json.TokenType == JsonTokenType.String && (json.ValueTextEquals("EPCISDocument"u8) || json.ValueTextEquals("EPCISQueryDocument"u8))))
            {
                return (true, false);
            }

            isEvent |= isTime || (isType && json.TokenType == JsonTokenType.String);
            json.Skip();
        }

        return (false, isEvent);
    }

    // ---- values

    private static List<Member> Members(ref Utf8JsonReader json, Contexts contexts, string path, ref List<Finding>? findings)
    {
        var members = new List<Member>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = Named(ref json);
            json.Read();
            var value = new Member(contexts.Read(name), Value(ref json, contexts, path, ref findings));
            var known = members.Count - 1;
            while (known >= 0 && members[known].Name != value.Name)
            {
                known--;
            }

            if (known >= 0)
            {
                // RFC 8259 leaves it open; the last one counts, as nearly everybody reads it.
                (findings ??= []).Add(new Finding(FactFindings.MemberTwice, path, name) { Severity = Severity.Warning });
                members[known] = value;
                continue;
            }

            members.Add(value);
            if (members.Count == MembersMax)
            {
                (findings ??= []).Add(new Finding(EpcisFindings.TooMany, path, MembersMax.ToString(CultureInfo.InvariantCulture)));
                SkipRest(ref json);
                break;
            }
        }

        return members;
    }

    // The standard's names are there already.
    private static string Named(ref Utf8JsonReader json)
    {
        Span<char> buffer = stackalloc char[32];
        return !json.ValueIsEscaped && json.ValueSpan.Length <= buffer.Length && Encoding.UTF8.TryGetChars(json.ValueSpan, buffer, out var length) && Known.TryGetValue(buffer[..length], out var name) ? name : json.GetString()!;
    }

    private static readonly FrozenDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> Known =
        Shapes.Names(Shapes.Event).Distinct(StringComparer.Ordinal).ToFrozenDictionary(n => n, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Members of one group. Names are compared one by one, so that there must be an end to them.</summary>
    private const int MembersMax = 1_000;

    private static Node Value(ref Utf8JsonReader json, Contexts contexts, string path, ref List<Finding>? findings)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                return new Group(Members(ref json, contexts, path, ref findings));
            case JsonTokenType.StartArray:
                var items = new List<Node>();
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Value(ref json, contexts, path, ref findings));
                }

                return new Items(items);
            case JsonTokenType.String:
                return new Text(json.GetString()!);
            case JsonTokenType.Number:
                return new Number(Encoding.ASCII.GetString(json.ValueSpan));
            case JsonTokenType.True or JsonTokenType.False:
                return new Flag(json.TokenType == JsonTokenType.True);
            default:
                return new Nothing();
        }
    }

    private static void SkipRest(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            json.Skip();
        }
    }

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "array",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.True or JsonTokenType.False => "boolean",
        _ => "null",
    };

    internal static string Escaped(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static Finding NotJson(JsonException e, string path) => new(FactFindings.Syntax, path,
        ((e.LineNumber ?? 0) + 1).ToString(CultureInfo.InvariantCulture), ((e.BytePositionInLine ?? 0) + 1).ToString(CultureInfo.InvariantCulture), e.Message);
}
