using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Clew.Epcis;

/// <summary>Writes EPCIS 2.0 in JSON-LD. What came from JSON is written as it was; words of the CBV are written bare.</summary>
public static class JsonWriting
{
    /// <summary>A document with these events.</summary>
    /// <param name="created">When, for a document that does not say it.</param>
    public static byte[] Document(EpcisDocument document, IReadOnlyList<EpcisEvent> events, string created)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = EpcisReader.DepthMax + 16 }))
        {
            var isQuery = document.Type == "EPCISQueryDocument";
            json.WriteStartObject();
            json.WritePropertyName("@context");
            Context(json, document, events);
            json.WriteString("type", isQuery ? document.Type : "EPCISDocument");
            json.WriteString("schemaVersion", "2.0");
            json.WriteString("creationDate", document.Members.Text("creationDate") ?? created);
            foreach (var member in document.Members.Members.Where(m => m.Name.ToString() is not ("@context" or "type" or "schemaVersion" or "creationDate" or "epcisBody" or "queryResults" or "queryName" or "subscriptionID")))
            {
                json.WritePropertyName(member.Name.ToString());
                Value(json, member.Value, Shapes.Find(Shapes.Document, member.Name.Local)?.Shape);
            }

            json.WriteStartObject("epcisBody");
            if (isQuery)
            {
                json.WriteStartObject("queryResults");
                var said = Query(document);
                json.WriteString("queryName", said.Name);
                if (said.Subscription is { } subscription)
                {
                    json.WriteString("subscriptionID", subscription);
                }

                json.WriteStartObject("resultsBody");
            }

            json.WriteStartArray("eventList");
            foreach (var read in events)
            {
                Event(json, read);
            }

            json.WriteEndArray();
            if (isQuery)
            {
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>One event, with its own context only.</summary>
    public static void Event(Utf8JsonWriter json, EpcisEvent read) => Value(json, read.Members, Shapes.Event);

    /// <summary>A value; under a name of the standard, as the standard writes it.</summary>
    public static void Value(Utf8JsonWriter json, Node value, Name name = default) =>
        Value(json, value, name.Local is not null && name.IsStandard ? Shapes.Find(Shapes.Event, name.Local)?.Shape : null);

    internal static (string Name, string? Subscription) Query(EpcisDocument document)
    {
        var results = (document.Members["epcisBody"] as Group)?["queryResults"] as Group ?? document.QueryResults ?? document.Members;
        return (results.Text("queryName") ?? "SimpleEventQuery", results.Text("subscriptionID"));
    }

    private static void Context(Utf8JsonWriter json, EpcisDocument document, IReadOnlyList<EpcisEvent> events)
    {
        if (document.Form == EpcisForm.Json && document.Members["@context"] is { } written)
        {
            Value(json, written, null);
            return;
        }

        var prefixes = Prefixes.Of(document, events);
        json.WriteStartArray();
        json.WriteStringValue(Contexts.StandardAddress);
        if (prefixes.All.Any(p => !Contexts.IsStandard(p.Prefix, p.Namespace)))
        {
            json.WriteStartObject();
            foreach (var (prefix, meaning) in prefixes.All.Where(p => !Contexts.IsStandard(p.Prefix, p.Namespace)))
            {
                // JSON-LD 1.1 takes a term for a prefix when it ends in a delimiter, or when it says so.
                if (meaning.Length > 0 && meaning[^1] is ':' or '/' or '?' or '#' or '[' or ']' or '@')
                {
                    json.WriteString(prefix, meaning);
                }
                else
                {
                    json.WriteStartObject(prefix);
                    json.WriteString("@id", meaning);
                    json.WriteBoolean("@prefix", true);
                    json.WriteEndObject();
                }
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter json, Node value, Shape? shape)
    {
        switch (value)
        {
            case Text text:
                json.WriteStringValue(shape?.Words?.AsWord(text.Value) ?? text.Value);
                break;
            case Number number:
                json.WriteRawValue(number.Digits);
                break;
            case Flag flag:
                json.WriteBooleanValue(flag.Value);
                break;
            case Items items:
                json.WriteStartArray();
                foreach (var item in items.All)
                {
                    Value(json, item, shape?.Of);
                }

                json.WriteEndArray();
                break;
            case Group group:
                json.WriteStartObject();
                foreach (var member in group.Members)
                {
                    json.WritePropertyName(member.Name.ToString());
                    Value(json, member.Value, shape is not null && member.Name.IsStandard ? Shapes.Find(shape, member.Name.Local)?.Shape : null);
                }

                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
