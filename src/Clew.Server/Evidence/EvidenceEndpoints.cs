using Clew.Access;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Ledger;
using Clew.Server.MasterData;
using Clew.Server.Proof;
using Clew.Server.Web;
using Microsoft.AspNetCore.Http.Features;

namespace Clew.Server.Evidence;

/// <summary>A file that is kept.</summary>
/// <param name="Sha256">What facts name it by: 64 lower-case hexadecimal digits.</param>
public sealed record KeptFileAnswer(string Sha256, long Length, string Address);

/// <summary>Which evidence a kind of fact must bring.</summary>
/// <param name="Since">From which moment in the world on.</param>
public sealed record EvidenceRuleAnswer(string Kind, IReadOnlyList<string> Evidence, DateTimeOffset Since);

/// <summary>All rules of evidence in force.</summary>
public sealed record EvidenceRulesAnswer(IReadOnlyList<EvidenceRuleAnswer> Rules);

/// <summary>Files of evidence over HTTP.</summary>
public static class EvidenceEndpoints
{
    private static readonly FindingKind TooLong = new("evidence.tooLong", Severity.Error,
        "The file is longer than {0} bytes.", "Send a shorter one: pictures and scans in a lower resolution.",
        "文件超过 {0} 字节。", "请发送较小的文件，例如降低图片或扫描件的分辨率。");

    private static readonly FindingKind NotTaken = new("evidence.type", Severity.Error,
        "Files of the type '{0}' are not kept as evidence.", "Send one of these, with its type: {1}. Pages of the web and programs are never taken.",
        "不接受类型为“{0}”的证据文件。", "请发送下列类型之一并注明类型：{1}。网页与程序一律不接受。");

    private static readonly FindingKind NotAsSaid = new("evidence.notAsSaid", Severity.Error,
        "The bytes are not of the type '{0}'.", "Send the file with the type that it has, and look whether it was damaged on the way.",
        "文件内容与声明的类型“{0}”不符。", "请以实际类型发送，并检查文件在传输中是否损坏。");

    private static readonly FindingKind Infected = new("evidence.infected", Severity.Error,
        "The virus scanner found '{0}' in the file. It was not kept.", "Do not send it again; have the sender's machine looked at.",
        "病毒扫描在文件中发现“{0}”，文件未保存。", "请勿重新发送，并检查发送方的计算机。");

    private static readonly FindingKind NotScanned = new("evidence.notScanned", Severity.Error,
        "The file could not be scanned for viruses, so it was not kept: {0}", "Send it again in a while; if this lasts, tell the administrator (--virus-scan).",
        "文件无法完成病毒扫描，因此未保存：{0}", "请稍后重新发送；如持续出现，请通知管理员（--virus-scan）。");

    private static readonly string Known = string.Join(", ", FileTypes.All.Select(t => t.MediaType));

    /// <summary>Adds the endpoints.</summary>
    public static void MapEvidence(this IEndpointRouteBuilder app)
    {
        app.MapPost("/evidence", Keep).RequireDeed(Deed.Report).Data<KeptFileAnswer>("KeepEvidence", "Keeps a file; facts then name it by its hash.", StatusCodes.Status201Created)
            .Asks(new Asked("name", "The file's name.")).Takes<byte[]>([.. FileTypes.All.Select(t => t.MediaType)])
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/evidence/rules", Rules).RequireDeed(Deed.Look).Data<EvidenceRulesAnswer>("EvidenceRules", "Which evidence each kind of fact must bring. A rule is set by a fact: evidenceRequired.");
        app.MapGet("/evidence/{sha256}/thumbnail", Thumbnail).RequireDeed(Deed.Look).Data<byte[]>("EvidenceThumbnail", "A small picture of a file of evidence that is an image.");
        app.MapGet("/evidence/pack", Packed).RequireDeed(Deed.Export).Data<byte[]>("EvidencePack", "Every entry about a unit, a lot, a recall or a period, with files, proofs and checkpoint, as a zip archive that clew-verify checks without us.")
            .Asks(new("item", "A unit or a lot; for a lot also whatever contains it."), new("recall", "A recall: its facts, and the life of every unit in its scope."), new("from", "Everything recorded from this moment on, with offset."), new("until", "Up to this moment."))
            .ProducesProblem(StatusCodes.Status409Conflict);
        app.MapGet("/evidence/{sha256}", File).RequireDeed(Deed.Look).Data<byte[]>("Evidence", "A file of evidence by the SHA-256 of its bytes.");
    }

    private static async Task Keep(HttpContext context, Files files, VirusScan virus)
    {
        var ct = context.RequestAborted;
        var question = new Question(context, "name");
        if (await question.IsRefused(context))
        {
            return;
        }

        // What is not said, or said as curl says it unasked, is seen by the bytes.
        var said = context.Request.ContentType?.Split(';')[0].Trim().ToLowerInvariant();
        said = said is "application/octet-stream" or "application/x-www-form-urlencoded" or "" ? null : said;
        if (said is not null && FileTypes.Find(said) is null)
        {
            await Problems.Write(context, StatusCodes.Status415UnsupportedMediaType, [new Finding(NotTaken, "", said, Known)]);
            return;
        }

        var lengthMax = said is null ? Files.LengthMax : FileTypes.Find(said)!.LengthMax;
        if (await Bodies.Bytes(context, lengthMax) is not { } bytes)
        {
            await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [new Finding(TooLong, "", lengthMax.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
            return;
        }

        if (FileTypes.Of(said, bytes) is not { } type)
        {
            await Problems.Write(context, StatusCodes.Status415UnsupportedMediaType, [said is null ? new Finding(NotTaken, "", "?", Known) : new Finding(NotAsSaid, "", said)]);
            return;
        }

        if (bytes.Length > type.LengthMax)
        {
            await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [new Finding(TooLong, "", type.LengthMax.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
            return;
        }

        var (verdict, what) = await virus.Look(bytes, ct);
        if (verdict != Scanned.Clean)
        {
            await Problems.Write(context, verdict == Scanned.Infected ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status503ServiceUnavailable, [new Finding(verdict == Scanned.Infected ? Infected : NotScanned, "", what)]);
            return;
        }

        var sha256 = await files.Keep(Path.GetFileName(question.Text("name") ?? "file"), type.MediaType, bytes, ct);
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

    private static async Task Rules(HttpContext context, Names names)
    {
        var register = await names.Current(context.RequestAborted);
        await Answers.Write(context, new EvidenceRulesAnswer([.. register.EvidenceRules.Select(r => new EvidenceRuleAnswer(r.For.Word, r.Evidence, new DateTimeOffset(Rows.Timestamp(r.Since.Happened))))]));
    }

    private static async Task Thumbnail(HttpContext context, string sha256, Files files, Thumbnails thumbnails)
    {
        if (await files.Find(sha256, context.RequestAborted) is not { } file || FileTypes.Find(file.MediaType) is not { HasThumbnail: true } || await thumbnails.Of(file.Bytes, context.RequestAborted) is not { } picture)
        {
            await Answers.NotFound(context, sha256);
            return;
        }

        // Named by the hash of the whole: it never becomes another.
        context.Response.ContentType = "image/png";
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        await context.Response.BodyWriter.WriteAsync(picture, context.RequestAborted);
    }

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
