using System.Globalization;
using System.Text.Json;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Server.Integration.Epcis;

/// <summary>
/// Reads facts from EPCIS 2.0 JSON: a document, the answer to a query, one event, an array of events. Event by event, so that a
/// long document costs no more memory than a short one. Total: whatever the bytes are, it answers with facts and findings.
/// </summary>
internal sealed class EpcisReader : IFactSource
{
    private readonly ReadOnlyMemory<byte> document;
    private JsonReaderState state;
    private int consumed;
    private int index;
    private string prefix = "";
    private Form form = Form.Unknown;
    private Namespaces names = Namespaces.Standard;

    /// <summary>Reads from these bytes, which must not change meanwhile.</summary>
    public EpcisReader(ReadOnlyMemory<byte> document)
    {
        this.document = document;
        state = new JsonReaderState(Options);
    }

    private enum Form
    {
        Unknown,
        One,
        Many,
        Ended,
    }

    private static JsonReaderOptions Options => new() { AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 64 };

    /// <inheritdoc/>
    public double Progress => document.Length == 0 ? 1 : (double)consumed / document.Length;

    private string Here => form == Form.One ? prefix : string.Create(CultureInfo.InvariantCulture, $"{prefix}/{index}");

    /// <summary>
    /// Whether a document is EPCIS by what is in it: true, false, or nothing when its beginning does not tell. One look at the
    /// first names decides, so that our own form stays as fast as it is.
    /// </summary>
    public static bool? Knows(ReadOnlySpan<byte> document)
    {
        try
        {
            var json = new Utf8JsonReader(document, Options);
            if (!json.Read() || (json.TokenType == JsonTokenType.StartArray && !json.Read()) || json.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (!json.ValueIsEscaped)
                {
                    if (json.ValueTextEquals("kind"u8) || json.ValueTextEquals("facts"u8))
                    {
                        return false;
                    }

                    if (json.ValueTextEquals("@context"u8) || json.ValueTextEquals("epcisBody"u8) || json.ValueTextEquals("eventTime"u8) || json.ValueTextEquals("eventID"u8)
                        || (json.ValueTextEquals("type"u8) && json.Read() && json.TokenType == JsonTokenType.String && NamesEpcis(json)))
                    {
                        return true;
                    }
                }

                json.Skip();
            }

            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public bool TryNext(out ReadFact next)
    {
        next = default;
        if (form == Form.Ended)
        {
            return false;
        }

        try
        {
            var json = new Utf8JsonReader(document.Span[consumed..], isFinalBlock: true, state);
            if (form == Form.Unknown && !Begin(ref json))
            {
                form = Form.Ended;
                next = new ReadFact(null, [new Finding(EpcisFindings.NoEvents, prefix)], prefix);
                return true;
            }

            if (form == Form.Many && (!json.Read() || json.TokenType == JsonTokenType.EndArray))
            {
                ReadToEnd(ref json);
                return false;
            }

            next = EventReader.Read(JsonElement.ParseValue(ref json), names, Here);
            index++;
            state = json.CurrentState;
            consumed += (int)json.BytesConsumed;
            if (form == Form.One)
            {
                ReadToEnd(ref json);
            }

            return true;
        }
        catch (JsonException e)
        {
            next = new ReadFact(null, [FactFindings.NotJson(e, Here)], Here);
            form = Form.Ended;
            return true;
        }
    }

    // Leaves the reader before the first element, or on the start of the only event.
    private bool Begin(ref Utf8JsonReader json)
    {
        if (!json.Read())
        {
            return false;
        }

        if (json.TokenType == JsonTokenType.StartArray)
        {
            form = Form.Many;
            return true;
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        // The context usually stands first. Where it comes behind the body, the body is passed over once to find it.
        var ahead = json;
        Utf8JsonReader body = default;
        var (hasBody, hasContext, isDocument) = (false, false, false);
        while (!(hasBody && hasContext) && ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            var (isContext, isBody, isType) = ahead.ValueIsEscaped ? default : (ahead.ValueTextEquals("@context"u8), ahead.ValueTextEquals("epcisBody"u8), ahead.ValueTextEquals("type"u8));
            ahead.Read();
            if (isContext)
            {
                names = names.With(JsonElement.ParseValue(ref ahead));
                hasContext = true;
            }
            else if (isBody)
            {
                body = ahead;
                hasBody = true;
                if (!hasContext)
                {
                    ahead.Skip();
                }
            }
            else if (isType && !hasBody && ahead.TokenType == JsonTokenType.String)
            {
                isDocument = NamesDocument(ahead);
                if (!isDocument)
                {
                    break;
                }
            }
            else
            {
                ahead.Skip();
            }
        }

        if (hasBody)
        {
            json = body;
            prefix = "/epcisBody";
            return FindEvents(ref json);
        }

        // An event says its context itself.
        names = Namespaces.Standard;
        form = Form.One;
        return !isDocument;
    }

    // The body's events, or those of a query's results.
    private bool FindEvents(ref Utf8JsonReader json)
    {
        for (var goesDeeper = true; goesDeeper;)
        {
            goesDeeper = false;
            if (json.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (!goesDeeper && json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.ValueIsEscaped ? "" : json.ValueTextEquals("eventList"u8) ? "eventList" : json.ValueTextEquals("event"u8) ? "event"
                    : json.ValueTextEquals("queryResults"u8) ? "queryResults" : json.ValueTextEquals("resultsBody"u8) ? "resultsBody" : "";
                json.Read();
                switch (name)
                {
                    case "eventList":
                        prefix += "/eventList";
                        form = Form.Many;
                        return json.TokenType == JsonTokenType.StartArray;
                    case "event":
                        prefix += "/event";
                        form = Form.One;
                        return true;
                    case "":
                        json.Skip();
                        break;
                    default:
                        prefix += "/" + name;
                        goesDeeper = true;
                        break;
                }
            }
        }

        return false;
    }

    // What follows must still be JSON: a document cut off behind its last event is a document cut off.
    private void ReadToEnd(ref Utf8JsonReader json)
    {
        while (json.Read())
        {
        }

        form = Form.Ended;
    }

    private static bool NamesDocument(Utf8JsonReader json) => !json.ValueIsEscaped && (json.ValueTextEquals("EPCISDocument"u8) || json.ValueTextEquals("EPCISQueryDocument"u8));

    private static bool NamesEpcis(Utf8JsonReader json) =>
        NamesDocument(json) || (!json.ValueIsEscaped && json.ValueSpan.EndsWith("Event"u8));
}
