using System.Buffers;
using System.Text.Json;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Ledger;
using Clew.Server.Web;

namespace Clew.Server.Access;

/// <summary>What is said in the ledger of who came in and of every change of a right. No secret is ever part of it.</summary>
public sealed class AccessLog(LedgerWriter writer, TimeProvider clock)
{
    /// <summary>Records a change of access. It is on record before it is done: what was recorded and then failed is seen, not the other way round.</summary>
    /// <param name="by">Who does it, as the ledger names them.</param>
    /// <param name="what">Such as <c>roleGiven</c>.</param>
    /// <param name="reason">Why, in the words of the one who does it.</param>
    /// <param name="details">Whom it is about, and what they get.</param>
    public Task Changed(string by, string what, string? reason, string address, CancellationToken ct, params (string Name, string? Value)[] details) =>
        Say(Vocabulary.AccessChanged, by, reason, [("what", what), ("address", address), .. details], ct);

    /// <summary>Records that somebody came in.</summary>
    /// <param name="way">How: password, otp, recoveryCode, link.</param>
    public Task SignedIn(Person person, string way, string address, CancellationToken ct) =>
        Say(Vocabulary.SignedIn, person.InLedger, null, [("address", address), ("way", way)], ct);

    /// <summary>Records that somebody did not. A name that is nobody's is not written down: it may be a password typed in the wrong field.</summary>
    public Task Failed(Person? person, string way, string address, CancellationToken ct) =>
        Say(Vocabulary.SignInFailed, "system:clew", null, [("address", address), ("person", person?.InLedger), ("way", way)], ct);

    private async Task Say(Kind kind, string by, string? reason, (string Name, string? Value)[] details, CancellationToken ct)
    {
        var told = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in details)
        {
            if (!string.IsNullOrEmpty(value))
            {
                told[name] = value;
            }
        }

        var fact = new Fact
        {
            Kind = kind,
            Id = "clew:access/" + Guid.CreateVersion7().ToString("N"),
            Happened = EventTime.Of(clock.GetLocalNow()),
            Reason = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(),
            Details = JsonSerializer.SerializeToUtf8Bytes(told, Answers.Json),
        };
        var submission = new Submission(by, null, [(Draft.Of(fact, by, "", new ArrayBufferWriter<byte>()), [])], ErrorBehaviour.Rollback);
        await writer.Submit(submission, ct);
        if ((await submission.Outcome.WaitAsync(ct))[0] is { Receipt: null } refused)
        {
            throw new InvalidOperationException($"What changes access could not be recorded: {string.Join(' ', refused.Findings.Select(f => f.Code))}");
        }
    }
}
