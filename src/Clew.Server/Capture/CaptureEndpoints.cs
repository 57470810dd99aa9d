using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Clew.Access;
using Clew.Capture;
using Clew.Epcis;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Integration.Epcis;
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
        Deed[] say = [Deed.Report, Deed.Describe, Deed.Recall, Deed.Correct];
        app.MapPost("/capture", Capture).RequireDeed(say)
            .Data<CaptureAnswer>("Capture", "Takes facts in: native JSON, EPCIS 2.0 in JSON-LD or XML, EPCIS 1.x in XML. A short native document is answered with receipts, a long one becomes a job; EPCIS is answered with a capture job.", StatusCodes.Status201Created)
            .Asks([.. Capturing, new("mends", "The number of the refused document that this is the corrected form of.")])
            .Takes<JsonElement>(Forms)
            .Produces<CaptureJobAnswer>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .Epcis("OPTIONS, GET, POST");
        app.MapGet("/capture", JobList).RequireDeed([.. say, Deed.Inspect]).Data<CaptureJobAnswer[]>("CaptureJobs", "Capture jobs, the newest first: one's own, or everybody's for who may inspect.")
            .Asks(Paging).Epcis("OPTIONS, GET, POST");
        app.MapGet("/capture/{id}", JobOf).RequireDeed([.. say, Deed.Inspect]).Data<CaptureJobAnswer>("CaptureJob", "How a document stands, and what came of each event in it.").Epcis("OPTIONS, GET");
        app.MapPost("/events", One).RequireDeed(say)
            .Data<CapturedEvent>("CaptureEvent", "Takes one EPCIS event in, in JSON-LD or XML; its address is in Location, its receipt in the answer. The same again gives the same receipt.", StatusCodes.Status201Created)
            .Asks(Capturing[1..]).Takes<JsonElement>(Forms)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .Epcis("OPTIONS, GET, POST");
        app.MapDiscovery("/capture", "Capture", "OPTIONS, GET, POST", [.. say, Deed.Inspect]);
        app.MapDiscovery("/capture/{id}", "CaptureJob", "OPTIONS, GET", [.. say, Deed.Inspect]);
    }

    private const string BehaviourHeader = "GS1-Capture-Error-Behaviour";

    /// <summary>Rows on a page where EPCIS says so.</summary>
    public const int PerPageUsual = 30;

    /// <summary>Rows on a page at most.</summary>
    public const int PerPageMax = 1_000;

    /// <summary>How lists of EPCIS are paged.</summary>
    public static readonly Asked[] Paging = [new("perPage", $"How many on a page, 1 to {PerPageMax}; usually {PerPageUsual}."), new("nextPageToken", "Where to go on: see the Link header.")];

    private static readonly Asked[] Capturing =
    [
        new(BehaviourHeader, "rollback: all or nothing (usual); proceed: each for itself.", Microsoft.OpenApi.ParameterLocation.Header),
        new("GS1-EPCIS-Version", "The version of EPCIS that the document is in.", Microsoft.OpenApi.ParameterLocation.Header),
        new("GS1-CBV-Version", "The version of the CBV that it uses.", Microsoft.OpenApi.ParameterLocation.Header),
    ];

    private static readonly string[] Forms = ["application/json", "application/ld+json", "application/xml", "text/xml"];

    private static readonly FindingKind NotOne = new("epcis.notOne", Severity.Error,
        "'/events' takes exactly one event, and here are {0}.", "Send a document of several events to '/capture'.",
        "“/events”一次只接收一个事件，此处有 {0} 个。", "请将含多个事件的文档发送至 /capture。");

    private static readonly FindingKind TooLong = new("epcis.tooLong", Severity.Error,
        "The event is longer than {0} bytes.", "Send it to '/capture', which takes documents of {1} bytes.",
        "事件超过 {0} 字节。", "请发送至 /capture，该接口可接收 {1} 字节的文档。");

    private static async Task Capture(HttpContext context, LedgerWriter writer, Jobs jobs, CaptureJobs captured, ExceptionQueries exceptions, TimeProvider clock)
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
        var isRead = Unreadable.Why(mediaType) is null;
        var isEpcis = isRead && EpcisReader.IsEpcis(mediaType, bytes);
        if (isRead && !isEpcis)
        {
            EpcisInterface.IsNative(context);
        }

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
            var job = (await jobs.Find(id, ct))!;
            if (isEpcis)
            {
                await Write(context, (await captured.Find(job.Document, caller, ct))!, StatusCodes.Status202Accepted);
                return;
            }

            context.Response.Headers.Location = $"/capture/{id}";
            await Answers.Write(context, JobAnswer.Of(job), StatusCodes.Status202Accepted);
            return;
        }

        var received = clock.GetUtcNow();

        var submission = new Submission(caller.Name, new ArrivedDocument(mediaType, bytes, SHA256.HashData(bytes)), drafts, behaviour) { Mends = mends };
        if (!await Submit(context, writer, submission))
        {
            return;
        }

        var outcomes = await submission.Outcome.WaitAsync(ct);
        if (!isEpcis)
        {
            await Answer(context, submission, outcomes);
        }
        else if (!await IsRefused(context, submission, outcomes))
        {
            await Write(context, CaptureJobs.Of(submission, outcomes, received, clock.GetUtcNow()), StatusCodes.Status202Accepted);
        }
    }

    // One event, answered when it is on disk.
    private static async Task One(HttpContext context, LedgerWriter writer)
    {
        var ct = context.RequestAborted;
        var caller = Caller.Of(context.User);
        var mediaType = Unreadable.MediaTypeOf(context.Request);
        var (bytes, isWhole) = await Body(context, ct);
        if (!isWhole)
        {
            await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [new Finding(TooLong, "", SmallMax.ToString(CultureInfo.InvariantCulture), BodyMax.ToString(CultureInfo.InvariantCulture))]);
            return;
        }

        // Whatever it looks like, here it is EPCIS.
        IFactSource source = Unreadable.Why(mediaType) is { } why ? new Unreadable(why) : new EpcisFacts(bytes);
        var drafts = new Reception(source, caller).Take(FactsMax + 1);
        if (drafts.Count != 1)
        {
            drafts = [(null, [.. drafts.SelectMany(d => d.Findings), new Finding(NotOne, "", drafts.Count.ToString(CultureInfo.InvariantCulture))])];
        }

        var submission = new Submission(caller.Name, new ArrivedDocument(mediaType, bytes, SHA256.HashData(bytes)), drafts, ErrorBehaviour.Rollback);
        if (!await Submit(context, writer, submission))
        {
            return;
        }

        var outcomes = await submission.Outcome.WaitAsync(ct);
        if (await IsRefused(context, submission, outcomes))
        {
            return;
        }

        var (outcome, id) = (outcomes[0], drafts[0].Draft!.Fact.Corrects?.Id ?? outcomes[0].Id!);
        context.Response.Headers.Location = "/events/" + Uri.EscapeDataString(id);
        await Answers.Write(context, new CapturedEvent(id, outcome.Status == FactStatus.Known ? "known" : "captured", outcome.Receipt!.Position, Convert.ToBase64String(outcome.Receipt.Leaf)), StatusCodes.Status201Created);
    }

    private static async Task<bool> Submit(HttpContext context, LedgerWriter writer, Submission submission)
    {
        if (writer.TrySubmit(submission))
        {
            return true;
        }

        context.Response.Headers.RetryAfter = "1";
        await Problems.Write(context, StatusCodes.Status503ServiceUnavailable, [new Finding(CaptureAnswer.Busy, "")]);
        return false;
    }

    // Nothing of it went in: the sender hears at once of everything that is wrong. Its bytes are kept, and its job tells the same.
    private static async Task<bool> IsRefused(HttpContext context, Submission submission, IReadOnlyList<FactOutcome> outcomes)
    {
        if (submission.Refused == 0 || (submission.Refused < outcomes.Count && submission.Behaviour == ErrorBehaviour.Proceed))
        {
            return false;
        }

        var findings = outcomes.SelectMany(o => o.Findings).Where(f => f.Code != CaptureFindings.WithOthers.Code).ToList();
        var status = outcomes.Any(o => o.Status == FactStatus.Conflict) ? StatusCodes.Status409Conflict
            : Unreadable.Why(submission.Arrived!.MediaType) is not null ? StatusCodes.Status415UnsupportedMediaType
            : findings.Exists(f => f.Code == ReceptionFindings.MayNotSay.Code) ? StatusCodes.Status403Forbidden
            : StatusCodes.Status400BadRequest;
        await Problems.Write(context, status, findings, $"/capture/{submission.DocumentId}");
        return true;
    }

    // A document's number is the id of its job as EPCIS knows it; a long native document has a job of its own.
    private static async Task JobOf(HttpContext context, string id, Jobs jobs, CaptureJobs captured)
    {
        var (caller, ct) = (Caller.Of(context.User), context.RequestAborted);
        if (Guid.TryParse(id, out var key) && await jobs.Find(key, ct) is { } job && (job.Sender == caller.Name || caller.May(Deed.Inspect)))
        {
            await Answers.Write(context, JobAnswer.Of(job));
        }
        else if (long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var document) && await captured.Find(document, caller, ct) is { } answer)
        {
            await Write(context, answer, StatusCodes.Status200OK);
        }
        else
        {
            await Answers.NotFound(context, id);
        }
    }

    private static async Task JobList(HttpContext context, CaptureJobs captured)
    {
        var question = new Question(context, "perPage", "nextPageToken");
        var before = question.Number("nextPageToken", 1, long.MaxValue) ?? long.MaxValue;
        var max = question.Number("perPage", 1, PerPageMax) ?? PerPageUsual;
        if (await question.IsRefused(context))
        {
            return;
        }

        var caller = Caller.Of(context.User);
        var (list, next) = await captured.List(caller.May(Deed.Inspect) ? null : caller.Name, before, (int)max, context.RequestAborted);
        if (next is { } token)
        {
            context.Response.Headers.Link = $"<{context.Request.Path}{question.Again("nextPageToken", token.ToString(CultureInfo.InvariantCulture))}>; rel=\"next\"";
        }

        await Answers.Write(context, list);
    }

    private static async Task Write(HttpContext context, CaptureJobAnswer job, int status)
    {
        if (status == StatusCodes.Status202Accepted)
        {
            context.Response.Headers.Location = $"/capture/{job.CaptureID}";
        }

        if (!ByAccept.WantsXml(context))
        {
            await Answers.Write(context, job, status);
            return;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml; charset=utf-8";
        await context.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + job.ToXml(), context.RequestAborted);
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
        "等待处理的内容过多，本文档未被接收。", "请一秒后重新发送。");
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
