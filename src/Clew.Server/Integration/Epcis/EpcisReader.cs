using System.Globalization;
using System.Text.Json;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Server.Integration.Epcis;

/// <summary>
/// Reads facts from EPCIS 2.0 in JSON-LD: a document, one event, or an array of events; one event at a time, so that a long
/// document costs no more memory than a short one. Total: it answers with facts and findings and never throws for what the bytes are.
/// </summary>
public sealed class EpcisReader : IFactSource
{
    private const int DepthMax = 64;

    // A document says what it is in its first lines.
    private const int LookMax = 2_048;

    private readonly ReadOnlyMemory<byte> document;
    private JsonReaderState state = new(new JsonReaderOptions { MaxDepth = DepthMax });
    private ReadOnlyMemory<byte> context;
    private int consumed;
    private int index;
    private string prefix = "";
    private bool isMany;
    private bool isBegun;
    private bool isOver;

    /// <summary>Reads from these bytes, which must not change meanwhile.</summary>
    public EpcisReader(ReadOnlyMemory<byte> document) => this.document = document;

    /// <inheritdoc/>
    public double Progress => document.Length == 0 ? 1 : (double)consumed / document.Length;

    /// <summary>Whether a document is in this form: it says so, or its beginning looks like it.</summary>
    public static bool IsEpcis(string mediaType, ReadOnlySpan<byte> document)
    {
        var beginning = document[..Math.Min(document.Length, LookMax)];
        return mediaType.Contains("ld+json", StringComparison.OrdinalIgnoreCase)
            || beginning.IndexOf("\"EPCIS"u8) >= 0
            || beginning.IndexOf("\"@context\""u8) >= 0
            || (beginning.IndexOf("\"eventTime\""u8) >= 0 && beginning.IndexOf("\"kind\""u8) < 0);
    }

    /// <inheritdoc/>
    public bool TryNext(out ReadFact next)
    {
        next = default;
        if (isOver)
        {
            return false;
        }

        try
        {
            var json = new Utf8JsonReader(document.Span[consumed..], isFinalBlock: true, state);
            if (!isBegun && !Begin(ref json))
            {
                isOver = true;
                next = new ReadFact(null, [new Finding(EpcisFindings.NoEvents, "")]);
                return true;
            }

            if (isMany && (!json.Read() || json.TokenType == JsonTokenType.EndArray))
            {
                isOver = true;
                while (json.Read())
                {
                    // What follows the list must still be JSON.
                }

                return false;
            }

            var start = consumed + (int)json.TokenStartIndex;
            json.Skip();
            var end = consumed + (int)json.BytesConsumed;
            (state, consumed) = (json.CurrentState, end);
            isOver = !isMany;
            using var parsed = JsonDocument.Parse(document[start..end], new JsonDocumentOptions { MaxDepth = DepthMax });
            next = EpcisEvent.Read(parsed.RootElement, isMany ? string.Create(CultureInfo.InvariantCulture, $"{prefix}/{index++}") : prefix, context);
            return true;
        }
        catch (JsonException e)
        {
            isOver = true;
            next = new ReadFact(null, [new Finding(FactFindings.Syntax, prefix, ((e.LineNumber ?? 0) + 1).ToString(CultureInfo.InvariantCulture), ((e.BytePositionInLine ?? 0) + 1).ToString(CultureInfo.InvariantCulture), e.Message)]);
            return true;
        }
        catch (InvalidOperationException)
        {
            // A text with a broken character: the document cannot be told as text at all.
            isOver = true;
            next = new ReadFact(null, [new Finding(FactFindings.Syntax, prefix, "?", "?", "invalid UTF-8 or UTF-16")]);
            return true;
        }
    }

    // Leaves the reader before the first element of the list, or on the start of the only event.
    private bool Begin(ref Utf8JsonReader json)
    {
        isBegun = true;
        if (!json.Read())
        {
            return false;
        }

        if (json.TokenType == JsonTokenType.StartArray)
        {
            isMany = true;
            return true;
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        // The context may stand behind the body; it is needed before the first event.
        var ahead = json;
        FindContext(ref ahead);
        ahead = json;
        if (Descend(ref ahead))
        {
            json = ahead;
            return true;
        }

        // No body: the object is an event by itself, if it says that it is one.
        return !json.ValueIsEscaped && IsEvent(json);
    }

    private void FindContext(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isContext = !json.ValueIsEscaped && json.ValueTextEquals("@context"u8);
            json.Read();
            var start = consumed + (int)json.TokenStartIndex;
            json.Skip();
            if (isContext)
            {
                context = document[start..(consumed + (int)json.BytesConsumed)];
                return;
            }
        }
    }

    // Into epcisBody, for a query's answer into queryResults and resultsBody, to the list.
    private bool Descend(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueIsEscaped ? "" : json.GetString()!;
            json.Read();
            if (name is "epcisBody" or "queryResults" or "resultsBody" && json.TokenType == JsonTokenType.StartObject)
            {
                prefix += "/" + name;
                return Descend(ref json);
            }

            if (name == "eventList" && json.TokenType == JsonTokenType.StartArray)
            {
                prefix += "/" + name;
                isMany = true;
                return true;
            }

            if (name == "event" && prefix.Length > 0 && json.TokenType == JsonTokenType.StartObject)
            {
                prefix += "/" + name;
                return true;
            }

            json.Skip();
        }

        return false;
    }

    private static bool IsEvent(Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.ValueIsEscaped ? "" : json.GetString();
            json.Read();
            if (name == "eventTime" || (name == "type" && json.TokenType == JsonTokenType.String && json.GetString()!.EndsWith("Event", StringComparison.Ordinal)))
            {
                return true;
            }

            json.Skip();
        }

        return false;
    }
}
