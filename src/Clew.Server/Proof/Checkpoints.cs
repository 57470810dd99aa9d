using System.Buffers;
using System.Globalization;
using System.Text;
using Clew.Capture;
using Clew.Facts;
using Clew.Identification;
using Clew.Proof;
using Clew.Server.Ledger;
using Npgsql;
using Org.BouncyCastle.Tsp;

namespace Clew.Server.Proof;

/// <summary>A checkpoint as it is kept.</summary>
/// <param name="Timestamp">What an authority of time said of its text (RFC 3161); nothing where none was asked or none answered.</param>
public sealed record KeptCheckpoint(long Size, DateTimeOffset MadeAt, SignedNote Note, byte[]? Timestamp = null)
{
    /// <summary>What a file that holds it is called.</summary>
    public string FileName => Size.ToString(CultureInfo.InvariantCulture).PadLeft(12, '0') + ".checkpoint";
}

/// <summary>
/// Makes checkpoints: on a timer when something was added, and when somebody asks. Each goes to the witnesses, the folder and the
/// address that the operator named.
/// </summary>
public sealed class Checkpoints(
    NpgsqlDataSource database, TreeQueries tree, Witnesses witnesses, Alarms alarms, LedgerWriter writer, ProofSettings settings, TimeProvider clock, ILogger<Checkpoints> log) : BackgroundService
{
    // As long as it takes to open a door; a mailbox that does not answer gets the next one.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly HttpClient http = new() { Timeout = Patience };

    // After a start the last one goes again: a mailbox too many beats one too few.
    private (long Size, DateTimeOffset At) mailed = (-1, DateTimeOffset.MinValue);

    /// <summary>Whether this server signs.</summary>
    public bool Signs => settings.Signer is not null;

    /// <summary>The last checkpoint, or the last that had at most this size.</summary>
    public async Task<KeptCheckpoint?> Latest(long sizeMax, CancellationToken ct) => (await List(sizeMax == long.MaxValue ? sizeMax : sizeMax + 1, 1, ct)).FirstOrDefault();

    /// <summary>Checkpoints of less than this size, the newest first.</summary>
    public async Task<List<KeptCheckpoint>> List(long before, int limit, CancellationToken ct)
    {
        await using var ask = database.CreateCommand("select size, made_at, note, timestamp from checkpoint where size < $1 order by size desc limit $2");
        ask.Parameters.Add(Rows.Of(before));
        ask.Parameters.Add(Rows.Of(limit));
        await using var row = await ask.ExecuteReaderAsync(ct);
        var all = new List<KeptCheckpoint>();
        while (await row.ReadAsync(ct))
        {
            all.Add(new KeptCheckpoint(row.GetInt64(0), row.Moment(1), SignedNote.Read(row.GetString(2)).Value, row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3)));
        }

        return all;
    }

    /// <summary>A checkpoint over at least so many entries: the last one when it reaches, otherwise a new one. Nothing when this server does not sign, or must not.</summary>
    public async Task<KeptCheckpoint?> Reaching(long size, CancellationToken ct) =>
        await Latest(long.MaxValue, ct) is { } latest && latest.Size >= size ? latest : await Make(ct) is { } made && made.Size >= size ? made : null;

    /// <summary>Makes a checkpoint of the ledger as it is. Nothing when there is nothing to sign, or when the signer refuses: that is an alarm.</summary>
    public async Task<KeptCheckpoint?> Make(CancellationToken ct)
    {
        if (settings.Signer is not { } signer)
        {
            return null;
        }

        await one.WaitAsync(ct);
        try
        {
            var edge = await tree.Head(ct);
            var note = edge.Size == 0 && signer.Last is null ? null : await Signed(signer, edge, ct);
            if (note is null)
            {
                return null;
            }

            var kept = await Keep(new KeptCheckpoint(edge.Size, clock.GetUtcNow(), note), ct);
            kept = await Keep(kept with { Note = await witnesses.Gather(kept.Note, ct) }, ct);
            kept = await Stamp(kept, ct);
            await Export(kept, ct);
            return kept;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Makes a new key, says so in the ledger, and signs with both for once.</summary>
    public async Task<NoteKey?> Rotate(string reason, string by, CancellationToken ct)
    {
        if (settings.Signer is not { } signer)
        {
            return null;
        }

        signer.Rotate(clock.GetUtcNow());
        await Declare(signer, reason, by, ct);
        await Make(ct);
        return signer.Key;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Signer is not { } signer)
        {
            return;
        }

        using var timer = new PeriodicTimer(settings.Every ?? ProofSettings.EveryUsual, clock);
        var isDeclared = false;
        do
        {
            try
            {
                if (!isDeclared)
                {
                    await Declare(signer, null, "system:clew", stoppingToken);
                    isDeclared = true;
                }

                // A witness that was away gets the last one again.
                if ((await tree.Head(stoppingToken)).Size != signer.Last?.Size || await witnesses.AreBehind(signer.Last.Size, stoppingToken))
                {
                    await Make(stoppingToken);
                }

                await Mail(stoppingToken);
            }
            catch (LedgerDamagedException e)
            {
                log.LogCritical(e, "The tree of the ledger is damaged");
            }
            catch (Exception e) when (e is NpgsqlException or IOException)
            {
                log.LogWarning(e, "No checkpoint could be made; it is tried again");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        one.Dispose();
        http.Dispose();
    }

    private async Task<SignedNote?> Signed(Signer signer, Edge edge, CancellationToken ct)
    {
        // Signed must not mean more than on disk: after a crash the ledger would be shorter than what was signed. A commit waits
        // for all that stands before it in PostgreSQL's log, and what we have just read does.
        await using (var flush = database.CreateCommand("select pg_logical_emit_message(true, 'clew', '')"))
        {
            await flush.ExecuteNonQueryAsync(ct);
        }

        using var hasher = new TreeHasher();
        var root = edge.Root(hasher);
        if (await tree.Root(edge.Size, ct) != root)
        {
            await alarms.Raise(new Finding(AlarmKinds.Tree, "", Text(edge.Size)), null, ct);
            return null;
        }

        var last = signer.Last?.Size ?? 0;
        var path = last <= edge.Size ? await tree.Hashes(Subtree.Consistency(last, edge.Size), edge.Size, ct) : [];
        try
        {
            return signer.Sign(new Checkpoint(signer.Origin, edge.Size, root), path);
        }
        catch (SignerRefusesException e)
        {
            log.LogCritical(e, "The ledger does not continue what was signed");
            await alarms.Raise(new Finding(AlarmKinds.Refused, "", Text(last), Text(edge.Size)), null, ct);
            return null;
        }
    }

    private async Task<KeptCheckpoint> Keep(KeptCheckpoint made, CancellationToken ct)
    {
        // The first time counts; signatures that came in before stay.
        await using var keep = database.CreateCommand("""
            insert into checkpoint as c (size, made_at, note) values ($1, $2, $3)
            on conflict (size) do update set note = case when length(excluded.note) > length(c.note) then excluded.note else c.note end
            returning made_at, note, timestamp
            """);
        keep.Parameters.Add(Rows.Of(made.Size));
        keep.Parameters.Add(Rows.Of(made.MadeAt.UtcDateTime));
        keep.Parameters.Add(Rows.Of(made.Note.ToString()));
        await using var row = await keep.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return made with { MadeAt = row.Moment(0), Note = SignedNote.Read(row.GetString(1)).Value, Timestamp = row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2) };
    }

    // Over the text and not the signatures, of which more may come in. An authority that is away costs no checkpoint.
    private async Task<KeptCheckpoint> Stamp(KeptCheckpoint made, CancellationToken ct)
    {
        if (settings.Timestamps is not { } authority || made.Timestamp is not null)
        {
            return made;
        }

        try
        {
            var token = await TimestampAuthority.Stamp(http, authority, made.Note.Text, ct);
            await using var keep = database.CreateCommand("update checkpoint set timestamp = $2 where size = $1");
            keep.Parameters.Add(Rows.Of(made.Size));
            keep.Parameters.Add(Rows.Of(token));
            await keep.ExecuteNonQueryAsync(ct);
            return made with { Timestamp = token };
        }
        catch (Exception e) when (e is TspException or HttpRequestException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            log.LogWarning(e, "The checkpoint of {Size} entries was not stamped by {Authority}", made.Size, authority);
            return made;
        }
    }

    // The last one, when it is time for a mail and it has not gone yet.
    private async Task Mail(CancellationToken ct)
    {
        if (settings.Mail is not { } mail || clock.GetUtcNow() - mailed.At < mail.Every || await Latest(long.MaxValue, ct) is not { } latest || latest.Size == mailed.Size)
        {
            return;
        }

        try
        {
            await CheckpointMail.Send(mail, latest, ct);
            mailed = (latest.Size, clock.GetUtcNow());
        }
#pragma warning disable CA1031 // Whatever a mail server can do to us: it is tried again with the next tick.
        catch (Exception e) when (!ct.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.LogWarning(e, "The checkpoint of {Size} entries could not be mailed to {To}; it is tried again", latest.Size, mail.To);
        }
    }

    private async Task Export(KeptCheckpoint made, CancellationToken ct)
    {
        var note = made.Note.ToString();
        try
        {
            if (settings.Folder is { } folder)
            {
                Directory.CreateDirectory(folder);
                var path = Path.Combine(folder, made.FileName);
                await File.WriteAllTextAsync(path + ".new", note, ct);
                File.Move(path + ".new", path, overwrite: true);
            }

            if (settings.Hook is { } hook)
            {
                using var content = new StringContent(note, Encoding.UTF8, "text/plain");
                using var answer = await http.PostAsync(hook, content, ct);
                answer.EnsureSuccessStatusCode();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            log.LogWarning(e, "The checkpoint of {Size} entries could not be exported; the next one will be tried", made.Size);
        }
    }

    // Said again at every start: what the ledger knows by its id gets its first receipt.
    private async Task Declare(Signer signer, string? reason, string by, CancellationToken ct)
    {
        var declared = KeyDeclaration.Read(signer.Declaration.Text)!;
        EventTime.TryRead(declared.Since, out var since);
        var fact = new Fact
        {
            Kind = Vocabulary.LedgerKeyDeclared,
            Id = string.Create(CultureInfo.InvariantCulture, $"clew:key/{declared.Origin}/{declared.Key.Id:x8}"),
            Happened = since,
            Reason = reason,
            Details = Details(declared.Key, signer.Declaration),
        };
        var submission = new Submission(by, null, [(Draft.Of(fact, by, "", new ArrayBufferWriter<byte>()), [])], ErrorBehaviour.Rollback);
        await writer.Submit(submission, ct);
        var said = (await submission.Outcome.WaitAsync(ct))[0];
        if (said.Receipt is { } receipt)
        {
            await using var keep = database.CreateCommand("insert into declaration (key, note, position) values ($1, $2, $3) on conflict do nothing");
            keep.Parameters.Add(Rows.Of(declared.Key.ToString()));
            keep.Parameters.Add(Rows.Of(signer.Declaration.ToString()));
            keep.Parameters.Add(Rows.Of(receipt.Position));
            await keep.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>The declarations of all keys, in their order: whoever trusts the first can follow to the last.</summary>
    public async Task<List<SignedNote>> Declarations(CancellationToken ct)
    {
        await using var ask = database.CreateCommand("select note from declaration order by position");
        await using var row = await ask.ExecuteReaderAsync(ct);
        var all = new List<SignedNote>();
        while (await row.ReadAsync(ct))
        {
            all.Add(SignedNote.Read(row.GetString(0)).Value);
        }

        return all;
    }

    /// <summary>Signs the manifest of a pack; nothing when this server does not sign.</summary>
    public SignedNote? SignManifest(ReadOnlySpan<byte> sha256) => settings.Signer is { } signer ? signer.Sign(Pack.SignatureText(signer.Origin, sha256)) : null;

    private static ReadOnlyMemory<byte> Details(NoteKey key, SignedNote note)
    {
        var to = new ArrayBufferWriter<byte>();
        var json = new CanonicalJson(to);
        json.StartObject();
        json.Name("key"u8);
        json.String(key.ToString());
        json.Name("note"u8);
        json.String(note.ToString());
        json.EndObject();
        return to.WrittenMemory;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
