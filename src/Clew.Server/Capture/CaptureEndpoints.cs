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
        app.MapPost("/capture", Capture).RequireDeed(Deed.Report, Deed.Describe, Deed.Recall, Deed.Correct);
    }

    private static async Task Capture(HttpContext context, LedgerWriter writer)
    {
        var ct = context.RequestAborted;
        var bytes = await Body(context, ct);
        var caller = Caller.Of(context.User);
        var mediaType = context.Request.ContentType ?? "application/json";
        var behaviour = string.Equals(context.Request.Headers["GS1-Capture-Error-Behaviour"], "proceed", StringComparison.OrdinalIgnoreCase) ? ErrorBehaviour.Proceed : ErrorBehaviour.Rollback;
        var drafts = Read(new FactReader(bytes), caller);
        var submission = new Submission(caller.Name, new ArrivedDocument(mediaType, bytes, SHA256.HashData(bytes)), drafts, behaviour);
        if (!writer.TrySubmit(submission))
        {
            context.Response.Headers.RetryAfter = "1";
            await Problems.Write(context, StatusCodes.Status503ServiceUnavailable, "capture.busy", "Too much is waiting already.", "Send it again in a second.");
            return;
        }

        await Answer(context, submission, await submission.Outcome.WaitAsync(ct));
    }

    private static async Task<byte[]> Body(HttpContext context, CancellationToken ct)
    {
        if (context.Request.ContentLength is { } length)
        {
            var exact = new byte[length];
            await context.Request.Body.ReadExactlyAsync(exact, ct);
            return exact;
        }

        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory, ct);
        return memory.ToArray();
    }

    private static List<(Draft?, IReadOnlyList<Finding>)> Read(IFactSource source, Caller caller)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        var drafts = new List<(Draft?, IReadOnlyList<Finding>)>();
        while (source.TryNext(out var read))
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/{drafts.Count}");
            drafts.Add((read.Fact is null ? null : Draft.Of(read.Fact, caller.Name, path, buffer), read.Findings));
        }

        return drafts;
    }

    private static async Task Answer(HttpContext context, Submission submission, IReadOnlyList<FactOutcome> outcomes)
    {
        var refused = outcomes.Count(o => o.Status is FactStatus.Refused or FactStatus.Conflict);
        if (refused == outcomes.Count || (refused > 0 && submission.Behaviour == ErrorBehaviour.Rollback))
        {
            var status = outcomes.Any(o => o.Status == FactStatus.Conflict) ? StatusCodes.Status409Conflict : StatusCodes.Status422UnprocessableEntity;
            await Problems.Write(context, status, [.. outcomes.SelectMany(o => o.Findings)]);
            return;
        }

        context.Response.StatusCode = outcomes.Any(o => o.Status == FactStatus.Admitted) ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
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
