using System.Buffers;
using Clew.Access;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Ledger;

namespace Clew.Server.Capture;

/// <summary>Where people hand in what they say themselves, by a page or a button rather than a document.</summary>
public sealed class Desk(LedgerWriter writer)
{
    /// <summary>All or nothing: the facts are admitted in one transaction, or none is.</summary>
    /// <exception cref="UnauthorizedAccessException">The caller's role may not say it; pages and endpoints ask before.</exception>
    public async Task<IReadOnlyList<FactOutcome>> Say(Caller caller, IReadOnlyList<Fact> facts, CancellationToken ct)
    {
        if (facts.FirstOrDefault(f => !caller.May(Roles.ToSay(f.Kind))) is { } forbidden)
        {
            throw new UnauthorizedAccessException($"{caller.Role} may not say {forbidden.Kind.Word}.");
        }

        var buffer = new ArrayBufferWriter<byte>();
        var drafts = facts.Select(f => ((Draft?)Draft.Of(f, caller.Name, "", buffer), (IReadOnlyList<Finding>)[])).ToList();
        var submission = new Submission(caller.Name, null, drafts, ErrorBehaviour.Rollback);
        await writer.Submit(submission, ct);
        return await submission.Outcome.WaitAsync(ct);
    }
}
