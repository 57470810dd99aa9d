using System.Globalization;
using System.Text.Json;
using Clew.Access;
using Clew.Epcis;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Web;

namespace Clew.Server.Integration.Epcis;

/// <summary>What would become of a document.</summary>
/// <param name="Form">json, xml or xml12: as what it was read.</param>
/// <param name="Valid">Whether it is what the standard asks for, to the letter.</param>
/// <param name="Taken">Whether capture would take all of it.</param>
/// <param name="Other">The same in the other representation.</param>
public sealed record PreviewAnswer(string Form, bool Valid, bool Taken, IReadOnlyList<PreviewedEventAnswer> Events, IReadOnlyList<FindingAnswer> Findings, string? Other);

/// <summary>One event of it.</summary>
/// <param name="Path">Where it stands: a JSON Pointer, or line and column.</param>
/// <param name="Hash">The event hash of CBV 2.0.</param>
/// <param name="Kind">What it is to us; nothing where it would be refused.</param>
/// <param name="Fact">The fact that would go into the ledger.</param>
/// <param name="Words">What it says besides, in plain words: label and value.</param>
public sealed record PreviewedEventAnswer(string Path, string? EventID, string Hash, string? Kind, JsonElement? Fact, IReadOnlyList<IReadOnlyList<string>> Words, IReadOnlyList<FindingAnswer> Findings);

/// <summary>Something that is wrong, where, and how to mend it.</summary>
public sealed record FindingAnswer(string Code, string Severity, string Path, string What, string Remedy)
{
    internal static FindingAnswer Of(Finding finding) => new(
        finding.Code, finding.Severity.ToString().ToLowerInvariant(), finding.Path, finding.What(CultureInfo.CurrentUICulture), finding.Remedy(CultureInfo.CurrentUICulture));
}

/// <summary>A trial of a document over HTTP.</summary>
public static class PreviewEndpoints
{
    /// <summary>A document that is too long to be tried.</summary>
    public static readonly FindingKind TooLong = new("epcis.trialTooLong", Severity.Error,
        "The document is longer than is tried here: {0} bytes at most.", "Try a part of it, or use './clew epcis check' on the file; capture takes longer ones.",
        "文档过长，此处最多可试 {0} 字节。", "请截取一部分，或对文件使用 ./clew epcis check；采集接口可接收更长的文档。");

    /// <summary>Adds the endpoint.</summary>
    public static void MapPreview(this IEndpointRouteBuilder app) =>
        app.MapPost("/epcis/check", Check).RequireDeed(Deed.Report, Deed.Inspect).Takes<JsonElement>("application/ld+json", "application/json", "application/xml", "text/xml")
            .Data<PreviewAnswer>("CheckEpcis", "What would become of an EPCIS document, without anything being kept: findings, each event's fact and hash, the other representation.");

    private static async Task Check(HttpContext context, CancellationToken ct)
    {
        var bytes = await Body(context.Request.Body, ct);
        if (bytes is null)
        {
            await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [new Finding(TooLong, "", Preview.BytesMax.ToString(CultureInfo.InvariantCulture))]);
            return;
        }

        var seen = Preview.Of(bytes, Now());
        await Answers.Write(context, new PreviewAnswer(
            seen.Form.ToString().ToLowerInvariant(), seen.IsValid, seen.IsTaken, [.. seen.Events.Select(Of)], [.. seen.Findings.Select(FindingAnswer.Of)], seen.Other));
    }

    /// <summary>The whole body, or nothing when it is too long.</summary>
    internal static async Task<byte[]?> Body(Stream body, CancellationToken ct)
    {
        var buffer = new byte[Preview.BytesMax + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return read > Preview.BytesMax ? null : buffer[..read];
    }

    internal static string Now() => DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static PreviewedEventAnswer Of(PreviewedEvent seen)
    {
        using var fact = seen.Fact is null ? null : JsonDocument.Parse(FactWriter.Bytes(seen.Fact));
        return new PreviewedEventAnswer(
            seen.Path, seen.Said.Id, seen.Hash, seen.Fact?.Kind.Word, fact?.RootElement.Clone(),
            [.. EventInWords.Of(seen.Said, Word.IsChinese).Select(l => (IReadOnlyList<string>)[l.Label, l.Value])], [.. seen.Findings.Select(FindingAnswer.Of)]);
    }
}
