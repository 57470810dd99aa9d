using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Clew.Epcis;

/// <summary>Writes EPCIS 2.0 in JSON-LD. What came from JSON is written as it was; words of the CBV are written bare.</summary>
public static class JsonWriting
{
    /// <summary>A document with these events.</summary>
    /// <param name="created">When, for a document that does not say it.</param>
    /// <param name="isIndented">For people to read.</param>
    public static byte[] Document(EpcisDocument document, IReadOnlyList<EpcisEvent> events, string created, bool isIndented = true)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = isIndented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = EpcisReader.DepthMax + 16 }))
        {
            var isQuery = document.Type == "EPCISQueryDocument";
            json.WriteStartObject();
            json.WritePropertyName("@context");
            var names = document.Form == EpcisForm.Json ? null : Prefixes.Of(document, events);
            Context(json, document, names);
            json.WriteString("type", isQuery ? document.Type : "EPCISDocument");
            json.WriteString("schemaVersion", "2.0");
            json.WriteString("creationDate", document.Members.Text("creationDate") ?? created);
            foreach (var member in document.Members.Members.Where(m => m.Name.ToString() is not ("@context" or "type" or "schemaVersion" or "creationDate" or "epcisBody" or "queryResults" or "queryName" or "subscriptionID")))
            {
                json.WritePropertyName(Named(member.Name, names));
                Value(json, member.Value, Shapes.Find(Shapes.Document, member.Name.Local)?.Shape, names);
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
                Value(json, read.Members, Shapes.Event, names);
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

    /// <summary>A value; under a name of the standard, as the standard writes it.</summary>
    public static void Value(Utf8JsonWriter json, Node value, Name name = default) =>
        Value(json, value, name.Local is not null && name.IsStandard ? Shapes.Find(Shapes.Event, name.Local)?.Shape : null, null);

    /// <summary>
    /// A value as it is kept: words of the CBV are bare, so that the same event in JSON and in XML is the same; but a web address, which JSON
    /// need not have for it, stays one, so that it can be given back.
    /// </summary>
    public static void Kept(Utf8JsonWriter json, Node value, Name name) =>
        Value(json, value, name.Local is not null && name.IsStandard ? Shapes.Find(Shapes.Event, name.Local)?.Shape : null, null, keepsWeb: true);

    internal static (string Name, string? Subscription) Query(EpcisDocument document)
    {
        var results = (document.Members["epcisBody"] as Group)?["queryResults"] as Group ?? document.QueryResults ?? document.Members;
        return (results.Text("queryName") ?? "SimpleEventQuery", results.Text("subscriptionID"));
    }

    private static void Context(Utf8JsonWriter json, EpcisDocument document, Prefixes? names)
    {
        if (document.Members["@context"] is { } written)
        {
            Value(json, written, null, null);
            return;
        }

        json.WriteStartArray();
        json.WriteStringValue(Contexts.StandardAddress);
        var own = names?.All.Where(p => !Contexts.IsStandard(p.Prefix, p.Namespace)).ToList() ?? [];
        if (own.Count > 0)
        {
            json.WriteStartObject();
            foreach (var (prefix, meaning) in own)
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

    // What came from XML may have one prefix for two namespaces: then each name is written with the one that was given to it here.
    private static string Named(Name name, Prefixes? names) => names is null || name.IsStandard || name.Namespace is not { Length: > 0 } ? name.ToString() : (name with { Prefix = names.For(name) }).ToString();

    private static void Value(Utf8JsonWriter json, Node value, Shape? shape, Prefixes? names, bool keepsWeb = false)
    {
        switch (value)
        {
            case Text text:
                json.WriteStringValue(shape?.Words is not { } words || (keepsWeb && words.Urn is not null && text.Value.StartsWith(words.Web, StringComparison.Ordinal)) ? text.Value : words.AsWord(text.Value));
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
                    Value(json, item, shape?.Of, names, keepsWeb);
                }

                json.WriteEndArray();
                break;
            case Group group:
                json.WriteStartObject();
                foreach (var member in group.Members)
                {
                    json.WritePropertyName(Named(member.Name, names));
                    Value(json, member.Value, shape is not null && member.Name.IsStandard ? Shapes.Find(shape, member.Name.Local)?.Shape : null, names, keepsWeb);
                }

                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
