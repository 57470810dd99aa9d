using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Clew.Server.Access;
using Clew.Server.Ledger;

namespace Clew.Server.Capture;

/// <summary>Refused documents, corrected by a person in the browser and sent again.</summary>
public sealed class Mending(ExceptionQueries exceptions, LedgerWriter writer)
{
    /// <summary>The longest text that is corrected by hand; a longer one is corrected where it came from.</summary>
    public const int TextMax = 256 << 10;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// What there is to correct: of an array of facts only those that were refused, since the others are in the ledger under their
    /// sender's ids; otherwise the whole. Nothing when it is too long, no text, or cannot be taken apart.
    /// </summary>
    public async Task<string?> Text(RefusedDocument document, CancellationToken ct)
    {
        using var whole = new MemoryStream();
        await foreach (var piece in exceptions.Bytes(document.Id, ct))
        {
            await whole.WriteAsync(piece, ct);
            if (whole.Length > Jobs.PartSize)
            {
                return null;
            }
        }

        var bytes = whole.GetBuffer().AsMemory(0, (int)whole.Length);
        var text = document.Admitted == 0 ? TextOf(bytes) : Refused(document, bytes);
        return text?.Length <= TextMax ? text : null;
    }

    /// <summary>Sends the corrected text in the name of the one who corrected it: all of it goes in, or nothing.</summary>
    public async Task<IReadOnlyList<FactOutcome>> Send(Caller caller, RefusedDocument document, string text, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var mediaType = document.MediaType.Split(';')[0].Trim();
        mediaType = Unreadable.Why(mediaType) is null ? mediaType : "application/json";
        var drafts = new Reception(Unreadable.Or(mediaType, bytes), caller).Take(int.MaxValue);
        var submission = new Submission(caller.Name, new ArrivedDocument(mediaType, bytes, SHA256.HashData(bytes)), drafts, ErrorBehaviour.Rollback) { Mends = document.Id };
        await writer.Submit(submission, ct);
        return await submission.Outcome.WaitAsync(ct);
    }

    private static string? TextOf(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    // The findings name them, if all are kept.
    private static string? Refused(RefusedDocument document, ReadOnlyMemory<byte> bytes)
    {
        var places = document.Findings.Select(f => f.Path.Split('/')).Where(p => p.Length > 1).Select(p => int.TryParse(p[1], out var place) ? place : -1).ToHashSet();
        try
        {
            using var json = JsonDocument.Parse(bytes);
            if (places.Count != document.Refused || json.RootElement.ValueKind != JsonValueKind.Array || places.Any(p => p < 0 || p >= json.RootElement.GetArrayLength()))
            {
                return null;
            }

            using var some = new MemoryStream();
            using (var writer = new Utf8JsonWriter(some, Indented))
            {
                writer.WriteStartArray();
                foreach (var place in places.Order())
                {
                    json.RootElement[place].WriteTo(writer);
                }

                writer.WriteEndArray();
            }

            return Encoding.UTF8.GetString(some.GetBuffer(), 0, (int)some.Length);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
