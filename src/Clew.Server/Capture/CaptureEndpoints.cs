using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Clew.Access;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Clew.Server.Web;

namespace Clew.Server.Capture;

/// <summary>Where documents come in.</summary>
public static class CaptureEndpoints
{
    /// <summary>A document up to this size is answered at once; a longer one becomes a job.</summary>
    public const int SmallMax = 1 << 20;

    /// <summary>Facts in a document that is answered at once.</summary>
    public const int FactsMax = LedgerWriter.DraftsMax;

    /// <summary>The longest document: the list of every unit of a large factory's year fits.</summary>
    public const int BodyMax = 256 << 20;

    /// <summary>Adds the endpoints.</summary>
    public static void MapCapture(this IEndpointRouteBuilder app)
    {
        app.MapPost("/capture", Capture).RequireDeed(Deed.Report, Deed.Describe, Deed.Recall, Deed.Correct)
            .Data<CaptureAnswer>("Capture", "Takes facts in: native JSON, EPCIS 2.0 in JSON-LD or XML, EPCIS 1.x in XML. A short document is answered with receipts, a long one becomes a job.", StatusCodes.Status201Created)
            .Asks(new("GS1-Capture-Error-Behaviour", "rollback: all or nothing (usual); proceed: each for itself.", Microsoft.OpenApi.ParameterLocation.Header), new("mends", "The number of the refused document that this is the corrected form of."))
            .Takes<JsonElement>("application/json", "application/ld+json", "application/xml", "text/xml")
            .Produces<JobAnswer>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/capture/{id:guid}", JobOf).RequireDeed(Deed.Report, Deed.Describe, Deed.Recall, Deed.Correct, Deed.Inspect).Data<JobAnswer>("CaptureJob", "How a long document stands.");
    }

    private const string BehaviourHeader = "GS1-Capture-Error-Behaviour";

    private static async Task Capture(HttpContext context, LedgerWriter writer, Jobs jobs, ExceptionQueries exceptions)
    {
        var ct = context.RequestAborted;
        var caller = Caller.Of(context.User);
        var question = new Question(context, "mends");
        var mends = question.Number("mends", 1, long.MaxValue);
        var findings = question.Findings.ToList();
        if (mends is { } refusedBefore && await exceptions.SenderOf(refusedBefore, ct) is var sender && (sender is null || (sender != caller.Name && !caller.May(Deed.Correct))))
        {
            findings.Add(new Finding(ReceptionFindings.NotYours, "?mends", refusedBefore.ToString(CultureInfo.InvariantCulture)));
        }

        var asked = context.Request.Headers[BehaviourHeader].ToString();
        if (!Enum.TryParse<ErrorBehaviour>(asked.Length == 0 ? nameof(ErrorBehaviour.Rollback) : asked, ignoreCase: true, out var behaviour) || !Enum.IsDefined(behaviour))
        {
            findings.Add(new Finding(QuestionFindings.Parameter, BehaviourHeader, BehaviourHeader, asked, "rollback | proceed"));
        }

        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        var mediaType = Unreadable.MediaTypeOf(context.Request);
        var (bytes, isWhole) = await Body(context, ct);
        List<(Draft?, IReadOnlyList<Finding>)> drafts = [];
        if (isWhole)
        {
            drafts = new Reception(Unreadable.Or(mediaType, bytes), caller).Take(FactsMax + 1);
        }

        if (!isWhole || drafts.Count > FactsMax)
        {
            using var begun = new MemoryStream(bytes, writable: false);
            await using Stream whole = isWhole ? begun : new Joined(begun, context.Request.Body);
            var id = await jobs.Accept(caller, mediaType, behaviour, mends, whole, ct);
            context.Response.Headers.Location = $"/capture/{id}";
            await Answers.Write(context, JobAnswer.Of((await jobs.Find(id, ct))!), StatusCodes.Status202Accepted);
            return;
        }

        var submission = new Submission(caller.Name, new ArrivedDocument(mediaType, bytes, SHA256.HashData(bytes)), drafts, behaviour) { Mends = mends };
        if (!writer.TrySubmit(submission))
        {
            context.Response.Headers.RetryAfter = "1";
            await Problems.Write(context, StatusCodes.Status503ServiceUnavailable, [new Finding(CaptureAnswer.Busy, "")]);
            return;
        }

        await Answer(context, submission, await submission.Outcome.WaitAsync(ct));
    }

    private static async Task JobOf(HttpContext context, Guid id, Jobs jobs)
    {
        var caller = Caller.Of(context.User);
        if (await jobs.Find(id, context.RequestAborted) is { } job && (job.Sender == caller.Name || caller.May(Deed.Inspect)))
        {
            await Answers.Write(context, JobAnswer.Of(job));
        }
        else
        {
            await Answers.NotFound(context, id.ToString());
        }
    }

    // The whole body when it is short; otherwise its beginning, and the rest is streamed to where it is kept.
    private static async Task<(byte[] Bytes, bool IsWhole)> Body(HttpContext context, CancellationToken ct)
    {
        if (context.Request.ContentLength is { } length and <= SmallMax)
        {
            var exact = new byte[length];
            await context.Request.Body.ReadExactlyAsync(exact, ct);
            return (exact, true);
        }

        if (context.Request.ContentLength > SmallMax)
        {
            return ([], false);
        }

        var buffer = new byte[SmallMax + 1];
        var read = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return (buffer[..read], read <= SmallMax);
    }

    private static async Task Answer(HttpContext context, Submission submission, IReadOnlyList<FactOutcome> outcomes)
    {
        var refused = outcomes.Count(o => o.Status is FactStatus.Refused or FactStatus.Conflict);
        if ((refused == outcomes.Count && refused > 0) || (refused > 0 && submission.Behaviour == ErrorBehaviour.Rollback))
        {
            var status = outcomes.Any(o => o.Status == FactStatus.Conflict) ? StatusCodes.Status409Conflict
                : Unreadable.Why(submission.Arrived!.MediaType) is not null ? StatusCodes.Status415UnsupportedMediaType
                : StatusCodes.Status422UnprocessableEntity;
            await Problems.Write(context, status, [.. outcomes.SelectMany(o => o.Findings)]);
            return;
        }

        context.Response.StatusCode = outcomes.Any(o => o.Status == FactStatus.Admitted) ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Answers.Plain);
        json.WriteStartObject();
        json.WriteNumber("document", submission.DocumentId);
        json.WriteStartArray("facts");
        foreach (var outcome in outcomes)
        {
            json.WriteStartObject();
            json.WriteString("id", outcome.Id);
            json.WriteString("status", FactWords.Of(outcome.Status));
            if (outcome.Receipt is { } receipt)
            {
                json.WriteNumber("position", receipt.Position);
                json.WriteBase64String("leaf", receipt.Leaf);
            }

            if (outcome.Findings.Count > 0)
            {
                Problems.Write(json, "findings", outcome.Findings);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }
}

/// <summary>What came of one fact.</summary>
/// <param name="Status">admitted, known, refused or conflict.</param>
/// <param name="Leaf">The leaf's RFC 6962 hash in base64: with the position it is the receipt.</param>
public sealed record FactAnswer(string Id, string Status, long? Position, string? Leaf, IReadOnlyList<KeptFinding>? Findings);

/// <summary>What came of a short document.</summary>
/// <param name="Document">The number under which its bytes are kept.</param>
public sealed record CaptureAnswer(long Document, IReadOnlyList<FactAnswer> Facts)
{
    internal static readonly FindingKind Busy = new("capture.busy", Severity.Error,
        "Too much is waiting already; nothing was taken in.", "Send it again in a second.",
        "等待处理的内容过多,本文档未被接收。", "请一秒后重新发送。");
}

/// <summary>How a long document stands.</summary>
/// <param name="State">running or finished.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="Known">Facts that were in the ledger before.</param>
/// <param name="Findings">The first hundred.</param>
public sealed record JobAnswer(Guid Id, string State, double Progress, long Document, int Admitted, int Known, int Refused, IReadOnlyList<KeptFinding> Findings)
{
    internal static JobAnswer Of(Job job) =>
        new(job.Id, job.Finished is null ? "running" : "finished", job.Progress, job.Document, job.Admitted, job.Known, job.Refused, job.Findings);
}

/// <summary>What was read already, and then the rest.</summary>
internal sealed class Joined(Stream first, Stream second) : Stream
{
    private bool isOver;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!isOver)
        {
            var read = await first.ReadAsync(buffer, cancellationToken);
            if (read > 0 || buffer.Length == 0)
            {
                return read;
            }

            isOver = true;
        }

        return await second.ReadAsync(buffer, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
