using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Clew.Access;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Clew.Server.Web;

namespace Clew.Server.Capture;

/// <summary>Where people hand in what they say themselves, by a page or a button rather than a document.</summary>
public sealed class Desk(LedgerWriter writer, TimeProvider clock)
{
    /// <summary>Records that a list was taken away: by whom, of what, up to which position (AUD-04). Needs no right of its own.</summary>
    public async Task Record(Caller caller, string what, string form, long known, CancellationToken ct)
    {
        var details = JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["form"] = form, ["knownPosition"] = known.ToString(CultureInfo.InvariantCulture), ["list"] = what }, Answers.Json);
        var fact = new Fact { Kind = Vocabulary.RecordExported, Id = "clew:export/" + Guid.CreateVersion7().ToString("N"), Happened = EventTime.Of(clock.GetLocalNow()), Details = details };
        await Submit(caller, [fact], ct);
    }

    /// <summary>All or nothing: the facts are admitted in one transaction, or none is.</summary>
    /// <exception cref="UnauthorizedAccessException">The caller's role may not say it; pages and endpoints ask before.</exception>
    public async Task<IReadOnlyList<FactOutcome>> Say(Caller caller, IReadOnlyList<Fact> facts, CancellationToken ct)
    {
        if (facts.FirstOrDefault(f => !caller.May(Roles.ToSay(f.Kind))) is { } forbidden)
        {
            throw new UnauthorizedAccessException($"{caller.Role} may not say {forbidden.Kind.Word}.");
        }

        return await Submit(caller, facts, ct);
    }

    private async Task<IReadOnlyList<FactOutcome>> Submit(Caller caller, IReadOnlyList<Fact> facts, CancellationToken ct)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var drafts = facts.Select(f => ((Draft?)Draft.Of(f, caller.Name, "", buffer), (IReadOnlyList<Finding>)[])).ToList();
        var submission = new Submission(caller.Name, null, drafts, ErrorBehaviour.Rollback);
        await writer.Submit(submission, ct);
        return await submission.Outcome.WaitAsync(ct);
    }
}
