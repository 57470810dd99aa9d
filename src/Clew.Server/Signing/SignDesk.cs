using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Clew.Access;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Ledger;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Signing;

/// <summary>A record that can be signed.</summary>
/// <param name="Leaf">The hash of its bytes as they lie there now.</param>
public sealed record SignableRecord(Entry Entry, byte[] Leaf)
{
    /// <summary>The hash as a form carries it, to see that what is signed is what was read.</summary>
    public string Seen => Convert.ToBase64String(Leaf);
}

/// <summary>A signature under a record.</summary>
/// <param name="Position">Where it stands in the ledger.</param>
/// <param name="By">As the ledger names the signer.</param>
/// <param name="IsGood">The record's bytes are still those that were signed; otherwise it is void.</param>
public sealed record MadeSignature(long Position, Meaning Meaning, string Signer, string By, EventTime At, string? Comment, bool IsGood);

/// <summary>Where people sign records, one or many at once (21 CFR 11.50, 11.70, 11.100, 11.200).</summary>
public sealed class SignDesk(LedgerWriter writer, NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The records at these positions, in their order, with their hashes computed from the bytes.</summary>
    public async Task<IReadOnlyList<SignableRecord>> Records(IReadOnlyList<long> positions, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select position, body from entry where position = any($1) order by position");
        command.Parameters.Add(Rows.Of(positions.ToArray()));
        await using var row = await command.ExecuteReaderAsync(ct);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var records = new List<SignableRecord>();
        while (await row.ReadAsync(ct))
        {
            var body = row.GetFieldValue<byte[]>(1);
            var entry = EntryBytes.Read(row.GetInt64(0), body);

            // Who came in is for the audit trail's readers, not for everybody who may sign.
            if (entry.Fact.Kind.Family != Family.Access)
            {
                records.Add(new SignableRecord(entry, LeafOf(body, sha256)));
            }
        }

        return records;
    }

    /// <summary>What keeps this caller from signing these records so; nothing when nothing does.</summary>
    /// <param name="seen">The hashes of the records as the signer has read them, in their order.</param>
    public static IReadOnlyList<Finding> Wrong(Caller caller, IReadOnlyList<SignableRecord> records, IReadOnlyList<string> seen, Meaning? meaning, string? comment)
    {
        if (records.Count is 0 or > Signature.RecordsMax)
        {
            return [new Finding(SignFindings.Records, "/entry", Signature.RecordsMax.ToString(CultureInfo.InvariantCulture))];
        }

        if (meaning is null)
        {
            return [new Finding(SignFindings.Meaning, "/meaning")];
        }

        List<Finding> findings = [.. records.Where(r => meaning.By != SignedBy.Anybody && (meaning.By == SignedBy.Author) != (r.Entry.By == caller.Name))
            .Select(r => new Finding(meaning.By == SignedBy.Author ? SignFindings.NotAuthor : SignFindings.OwnRecord, "/meaning", r.Entry.Position.ToString(CultureInfo.InvariantCulture), r.Entry.By))];
        if (meaning.NeedsComment && string.IsNullOrWhiteSpace(comment))
        {
            findings.Add(new Finding(SignFindings.Comment, "/comment"));
        }

        if (!records.Select(r => r.Seen).SequenceEqual(seen, StringComparer.Ordinal))
        {
            findings.Add(new Finding(SignFindings.Changed, "/entry"));
        }

        return findings;
    }

    /// <summary>Puts a signature under these records. Whoever calls has seen to it that it is the signer who asks.</summary>
    /// <returns>Its position.</returns>
    public async Task<long> Sign(Person signer, IReadOnlyList<SignableRecord> records, Meaning meaning, string? comment, CancellationToken ct)
    {
        var fact = new Fact
        {
            Kind = Vocabulary.Signed,
            Id = "clew:signature/" + Guid.CreateVersion7().ToString("N"),
            Happened = EventTime.Of(clock.GetLocalNow()),
            Reason = string.IsNullOrWhiteSpace(comment) ? null : comment.Trim(),
            Details = new Signature(meaning, signer.NameEn == signer.NameZh ? signer.NameEn : $"{signer.NameEn} {signer.NameZh}", [.. records.Select(r => (r.Entry.Position, r.Leaf))]).ToDetails(),
        };
        var submission = new Submission(signer.InLedger, null, [(Draft.Of(fact, signer.InLedger, "", new ArrayBufferWriter<byte>()), [])], ErrorBehaviour.Rollback);
        await writer.Submit(submission, ct);
        return (await submission.Outcome.WaitAsync(ct))[0].Receipt?.Position ?? throw new InvalidOperationException("A signature could not be recorded.");
    }

    /// <summary>The signatures under these entries, each told whether it is good or void.</summary>
    public async Task<ILookup<long, MadeSignature>> Under(IReadOnlyCollection<long> positions, CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            select s.entry, r.body, s.position, e.body from signature s join entry r on r.position = s.entry join entry e on e.position = s.position where s.entry = any($1) order by s.entry, s.position
            """);
        command.Parameters.Add(Rows.Of(positions.ToArray()));
        await using var row = await command.ExecuteReaderAsync(ct);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var made = new List<(long Entry, MadeSignature Signature)>();
        while (await row.ReadAsync(ct))
        {
            var said = EntryBytes.Read(row.GetInt64(2), row.GetFieldValue<byte[]>(3));
            if (Signature.Read(said.Fact) is { } signature)
            {
                var leaf = LeafOf(row.GetFieldValue<byte[]>(1), sha256);
                var isGood = signature.Records.Any(r => r.Position == row.GetInt64(0) && r.Leaf.AsSpan().SequenceEqual(leaf));
                made.Add((row.GetInt64(0), new MadeSignature(said.Position, signature.Meaning, signature.Signer, said.By, said.Fact.Happened, said.Fact.Reason, isGood)));
            }
        }

        return made.ToLookup(m => m.Entry, m => m.Signature);
    }

    private static byte[] LeafOf(byte[] body, IncrementalHash sha256)
    {
        var leaf = new byte[LeafHash.Length];
        LeafHash.Of(body, leaf, sha256);
        return leaf;
    }
}
