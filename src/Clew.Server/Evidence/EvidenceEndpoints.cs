using Clew.Access;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Ledger;
using Clew.Server.Proof;
using Clew.Server.Web;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Server.Evidence;

/// <summary>A file that is kept.</summary>
/// <param name="Sha256">What facts name it by: 64 lower-case hexadecimal digits.</param>
public sealed record KeptFileAnswer(string Sha256, long Length, string Address);

/// <summary>Files of evidence over HTTP.</summary>
public static class EvidenceEndpoints
{
    private static readonly FindingKind TooLong = new("evidence.tooLong", Severity.Error,
        "The file is longer than {0} bytes.", "Send a shorter one: pictures and scans in a lower resolution.",
        "文件超过 {0} 字节。", "请发送较小的文件，例如降低图片或扫描件的分辨率。");

    /// <summary>Adds the endpoints.</summary>
    public static void MapEvidence(this IEndpointRouteBuilder app)
    {
        app.MapPost("/evidence", Keep).RequireDeed(Deed.Report).Data<KeptFileAnswer>("KeepEvidence", "Keeps a file; facts then name it by its hash.", StatusCodes.Status201Created)
            .Asks(new Asked("name", "The file's name.")).Takes<byte[]>("application/octet-stream", "application/pdf", "image/jpeg", "image/png").ProducesProblem(StatusCodes.Status413PayloadTooLarge);
        app.MapGet("/evidence/pack", Packed).RequireDeed(Deed.Export).Data<byte[]>("EvidencePack", "Every entry about a unit, a lot, a recall or a period, with files, proofs and checkpoint, as a zip archive that clew-verify checks without us.")
            .Asks(new("item", "A unit or a lot; for a lot also whatever contains it."), new("recall", "A recall: its facts, and the life of every unit in its scope."), new("from", "Everything recorded from this moment on, with offset."), new("until", "Up to this moment."))
            .ProducesProblem(StatusCodes.Status409Conflict);
        app.MapGet("/evidence/{sha256}", File).RequireDeed(Deed.Look).Data<byte[]>("Evidence", "A file of evidence by the SHA-256 of its bytes.");
    }

    private static async Task Keep(HttpContext context, Files files)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, "name");
        if (await question.IsRefused(context))
        {
            return;
        }

        if (await Bodies.Bytes(context, Files.LengthMax) is not { } bytes)
        {
            await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [new Finding(TooLong, "", Files.LengthMax.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
            return;
        }

        var sha256 = await files.Keep(Path.GetFileName(question.Text("name") ?? "file"), context.Request.ContentType ?? "application/octet-stream", bytes, ct);
        await Answers.Write(context, new KeptFileAnswer(sha256, bytes.Length, "/evidence/" + sha256), StatusCodes.Status201Created);
    }

    private static Task Packed(HttpContext context, PackSubjects subjects, EvidencePack pack, Checkpoints checkpoints, Desk desk, LedgerQueries ledger) => ProofEndpoints.Carefully(context, async () =>
    {
        var ct = context.RequestAborted;
        var question = new Question(context, "item", "recall", "from", "until") { TakesLocalTime = true };
        var (from, until, recall) = (question.Time("from"), question.Time("until"), question.Text("recall"));
        var items = question.Identities("item", Granularity.Unit, Granularity.Lot, Granularity.LogisticUnit);
        if (items.Count + (recall is null ? 0 : 1) + (from is null ? 0 : 1) != 1 && question.Findings.Count == 0)
        {
            question.Wrong("item", "", "item=… | recall=… | from=…&until=…");
        }

        if (await question.IsRefused(context))
        {
            return;
        }

        var subject = items.Count == 1 ? await subjects.Of(items[0], ct)
            : recall is not null ? await subjects.OfRecall(recall, ct)
            : await subjects.Of(from!.Value, until, ct);
        if (subject is null)
        {
            await Answers.NotFound(context, items.Count == 1 ? items[0].Text : recall!);
            return;
        }

        // That it was taken is in it as well, where it is about a period.
        var caller = Caller.Of(context.User);
        await desk.Record(caller, subject.Text, "pack", await ledger.Size(ct) - 1, ct);
        if (await checkpoints.Make(ct) is not { } checkpoint)
        {
            await ProofEndpoints.NotYet(context, 1);
            return;
        }

        context.Response.ContentType = "application/zip";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"attachment; filename*=UTF-8''clew-{Uri.EscapeDataString(subject.Text.Replace('/', '_').Replace(' ', '_').Replace(':', '_'))}-{checkpoint.Size}.zip");

        // The archive's own ends are written without waiting; all that is long in it is not.
        context.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
        await pack.Write(context.Response.Body, subject, checkpoint, caller.Name, ct);
    });

    private static async Task File(HttpContext context, string sha256, Files files)
    {
        if (await files.Find(sha256, context.RequestAborted) is not { } file)
        {
            await Answers.NotFound(context, sha256);
            return;
        }

        // Never shown inside our own pages: what somebody uploaded may be a page of theirs.
        context.Response.ContentType = file.MediaType;
        context.Response.Headers.ContentDisposition = "attachment; filename*=UTF-8''" + Uri.EscapeDataString(file.Name);
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.BodyWriter.WriteAsync(file.Bytes, context.RequestAborted);
    }
}
