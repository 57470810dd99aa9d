using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Clew.Capture;
using Clew.Epcis;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Capture;

/// <summary>Refused documents, corrected by a person in the browser and sent again.</summary>
public sealed class Mending(ExceptionQueries exceptions, LedgerWriter writer, NpgsqlDataSource database)
{
    /// <summary>The longest text that is corrected by hand; a longer one is corrected where it came from.</summary>
    public const int TextMax = 256 << 10;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// What there is to correct: of a document of which some went in only the rest, since that is in the ledger under its sender's ids;
    /// otherwise the whole, letter for letter. Nothing when it is too long, no text, or cannot be taken apart.
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
        var text = document.Refused == document.Facts ? TextOf(bytes) : await Rest(document, bytes, ct);
        return text?.Length <= TextMax ? text : null;
    }

    /// <summary>
    /// Sends the corrected text in the name of the one who corrected it: all of it goes in, or nothing. Nothing came of it, either, where
    /// somebody else has mended the document meanwhile.
    /// </summary>
    public async Task<IReadOnlyList<FactOutcome>> Send(Caller caller, RefusedDocument document, string text, CancellationToken ct)
    {
        // Two people who correct one document in the same moment go one after the other: facts without an id of their own would be said twice.
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var turn = await connection.BeginTransactionAsync(ct);
        await using (var wait = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('mending', $1))", connection) { Parameters = { new() { Value = document.Id } } })
        {
            await wait.ExecuteNonQueryAsync(ct);
        }

        if ((await exceptions.Find(document.Id, ct))?.MendedBy is not null)
        {
            return [];
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var mediaType = document.MediaType.Split(';')[0].Trim();
        mediaType = Unreadable.Why(mediaType) is null ? mediaType : "application/json";
        var drafts = new Reception(Unreadable.Or(mediaType, bytes), caller).Take(int.MaxValue);
        if (drafts.Count == 0)
        {
            // An empty list corrects nothing.
            drafts = [(null, [new Finding(EpcisFindings.NoEvents, "")])];
        }

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

    // Without what is in the ledger, word for word as it stands here.
    private async Task<string?> Rest(RefusedDocument document, ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        var (source, buffer) = (Readers.For(document.MediaType, bytes), new ArrayBufferWriter<byte>(1024));
        List<(string At, Draft Draft)> said = [];
        var count = 0;
        for (; source.TryNext(out var next); count++)
        {
            if (next is { Fact: { } fact, At: { } at })
            {
                said.Add((at, Draft.Of(fact, document.Sender, "", buffer)));
            }
        }

        var there = await exceptions.InLedger([.. said.Select(s => s.Draft)], ct);
        var places = said.Where(s => there.Contains(s.Draft.Key.ToGuid())).Select(s => s.At).ToHashSet(StringComparer.Ordinal);

        // All of it went in meanwhile: sent again as it is, it is known, and needs nobody any more.
        return places.Count == count ? TextOf(bytes) : Without(bytes, places);
    }

    private static string? Without(ReadOnlyMemory<byte> bytes, HashSet<string> places)
    {
        try
        {
            return EpcisReader.IsXml(bytes.Span) ? WithoutElements(bytes, places) : WithoutMembers(bytes, places);
        }
        catch (Exception e) when (e is JsonException or XmlException or ArgumentException or InvalidOperationException)
        {
            // A name twice in one object, for one.
            return null;
        }
    }

    private static string? WithoutMembers(ReadOnlyMemory<byte> bytes, HashSet<string> places)
    {
        var root = JsonNode.Parse(bytes.Span[(bytes.Span.StartsWith("\uFEFF"u8) ? 3 : 0)..]);
        foreach (var list in places.Select(p => p.Split('/')).GroupBy(p => string.Join('/', p[..^1]), StringComparer.Ordinal))
        {
            var node = root;
            foreach (var part in list.Key.Split('/').Skip(1))
            {
                node = node is JsonArray array ? array[int.Parse(part, CultureInfo.InvariantCulture)] : node?[part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)];
            }

            foreach (var index in list.Select(p => int.Parse(p[^1], CultureInfo.InvariantCulture)).OrderDescending())
            {
                node!.AsArray().RemoveAt(index);
            }
        }

        return root?.ToJsonString(Indented);
    }

    private static string WithoutElements(ReadOnlyMemory<byte> bytes, HashSet<string> places)
    {
        // Read as the reader of EPCIS reads it: no entity grows, none is fetched.
        using var xml = XmlReader.Create(new MemoryStream(bytes.ToArray()), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        var document = XDocument.Load(xml, LoadOptions.PreserveWhitespace | LoadOptions.SetLineInfo);
        foreach (var element in document.Descendants().Where(e => e is IXmlLineInfo at && places.Contains(string.Create(CultureInfo.InvariantCulture, $"{at.LineNumber}:{at.LinePosition}"))).ToList())
        {
            // 1.x wraps newer events; a wrap around nothing is no event.
            var outer = element;
            while (outer.Parent is { Name.LocalName: "extension" } wrap && wrap.Elements().Count() == 1)
            {
                outer = wrap;
            }

            (outer.PreviousNode as XText)?.Remove();
            outer.Remove();
        }

        // Whatever it was written in, it is sent back in UTF-8.
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + document.Root!.ToString(SaveOptions.DisableFormatting);
    }
}
