using System.Globalization;
using System.Net;
using System.Text;
using Clew.Identification;
using Clew.Proof;
using Clew.Server.Ledger;
using Npgsql;

namespace Clew.Server.Proof;

/// <summary>Somebody else's Clew, or any C2SP witness, that co-signs our checkpoints.</summary>
/// <param name="Seen">The size of the last checkpoint that it co-signed.</param>
/// <param name="Trouble">Why it did not, the last time that it was asked.</param>
public sealed record Witness(NoteKey Key, Uri Address, long Seen, DateTimeOffset? SeenAt, string? Trouble);

/// <summary>A ledger that we co-sign.</summary>
public sealed record WitnessedLedger(string Origin, NoteKey Key, long Size, SignedNote? Note, DateTimeOffset? CosignedAt);

/// <summary>
/// Both sides of witnessing (C2SP tlog-witness): asks others to co-sign our checkpoints, and co-signs those of others once it is shown
/// that they continue what was seen of them before. A ledger that shows one past to one and another to another finds no co-signature.
/// </summary>
public sealed class Witnesses(NpgsqlDataSource database, TreeQueries tree, ProofSettings settings, TimeProvider clock, ILogger<Witnesses> log) : IDisposable
{
    /// <summary>Witnesses that are asked; each costs a request for each checkpoint.</summary>
    public const int WitnessesMax = 16;

    // A few signature lines.
    private const int AnswerMax = 16 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient http = new() { Timeout = Patience, MaxResponseContentBufferSize = AnswerMax };

    /// <summary>The witnesses that are asked.</summary>
    public async Task<List<Witness>> List(CancellationToken ct)
    {
        await using var ask = database.CreateCommand("select key, address, seen, seen_at, trouble from witness order by key");
        await using var row = await ask.ExecuteReaderAsync(ct);
        var all = new List<Witness>();
        while (await row.ReadAsync(ct))
        {
            all.Add(new Witness(NoteKey.Read(row.GetString(0)).Value, new Uri(row.GetString(1)), row.GetInt64(2), row.MomentOrNull(3), row.IsDBNull(4) ? null : row.GetString(4)));
        }

        return all;
    }

    /// <summary>Whether one of them has not seen this checkpoint.</summary>
    public async Task<bool> AreBehind(long size, CancellationToken ct)
    {
        await using var ask = database.CreateCommand("select exists (select from witness where seen < $1)");
        ask.Parameters.Add(Rows.Of(size));
        return (bool)(await ask.ExecuteScalarAsync(ct))!;
    }

    /// <summary>Asks this witness from now on. False when there are too many.</summary>
    public async Task<bool> Add(NoteKey key, Uri address, CancellationToken ct)
    {
        await using var add = database.CreateCommand($"""
            insert into witness (key, address) select $1, $2 where (select count(*) from witness where key <> $1) < {WitnessesMax}
            on conflict (key) do update set address = excluded.address, trouble = null
            """);
        add.Parameters.Add(Rows.Of(key.ToString()));
        add.Parameters.Add(Rows.Of(address.ToString()));
        return await add.ExecuteNonQueryAsync(ct) > 0;
    }

    /// <summary>Asks every witness, and returns the checkpoint with whatever signatures they gave.</summary>
    public async Task<SignedNote> Gather(SignedNote checkpoint, CancellationToken ct)
    {
        var size = Checkpoint.Read(checkpoint.Text).Value.Size;
        foreach (var witness in await List(ct))
        {
            if (checkpoint.By(witness.Key, Ed25519.Verify) == Signed.Truly)
            {
                continue;
            }

            var (signature, trouble) = await Ask(witness, checkpoint, size, ct);
            if (signature is not null)
            {
                checkpoint = checkpoint.With(signature);
            }
            else
            {
                log.LogWarning("The witness {Witness} did not co-sign the checkpoint of {Size} entries: {Trouble}", witness.Key.Name, size, trouble);
            }

            await using var note = database.CreateCommand("update witness set seen = case when $2 is null then greatest(seen, $3) else seen end, seen_at = case when $2 is null then $4 else seen_at end, trouble = $2 where key = $1");
            note.Parameters.Add(Rows.Of(witness.Key.ToString()));
            note.Parameters.Add(new NpgsqlParameter { Value = (object?)trouble ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
            note.Parameters.Add(Rows.Of(size));
            note.Parameters.Add(Rows.Of(clock.GetUtcNow().UtcDateTime));
            await note.ExecuteNonQueryAsync(ct);
        }

        return checkpoint;
    }

    /// <summary>The ledgers that we co-sign.</summary>
    public async Task<List<WitnessedLedger>> Ledgers(CancellationToken ct)
    {
        await using var ask = database.CreateCommand("select origin, key, size, note, cosigned_at from witnessed order by origin limit 1000");
        await using var row = await ask.ExecuteReaderAsync(ct);
        var all = new List<WitnessedLedger>();
        while (await row.ReadAsync(ct))
        {
            all.Add(new WitnessedLedger(row.GetString(0), NoteKey.Read(row.GetString(1)).Value, row.GetInt64(2), row.IsDBNull(3) ? null : SignedNote.Read(row.GetString(3)).Value, row.MomentOrNull(4)));
        }

        return all;
    }

    /// <summary>Co-signs this ledger from now on. A new key takes the place of the old; what was seen stays.</summary>
    public async Task Know(NoteKey key, CancellationToken ct)
    {
        await using var add = database.CreateCommand("insert into witnessed (origin, key) values ($1, $2) on conflict (origin) do update set key = excluded.key");
        add.Parameters.Add(Rows.Of(key.Name));
        add.Parameters.Add(Rows.Of(key.ToString()));
        await add.ExecuteNonQueryAsync(ct);
    }

    /// <summary>What came of a request to co-sign: a status as C2SP tlog-witness has it, and for 200 the signature line, for 409 the size that we know.</summary>
    public async Task<(int Status, string Text)> Cosign(WitnessRequest request, CancellationToken ct)
    {
        if (settings.Signer is not { } signer || !Checkpoint.Read(request.Checkpoint.Text).TryGet(out var checkpoint))
        {
            return (StatusCodes.Status404NotFound, "");
        }

        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        NoteKey key;
        long size;
        Digest root;
        await using (var ask = new NpgsqlCommand("select key, size, note from witnessed where origin = $1 for update", connection) { Parameters = { Rows.Of(checkpoint.Origin) } })
        await using (var row = await ask.ExecuteReaderAsync(ct))
        {
            if (!await row.ReadAsync(ct))
            {
                return (StatusCodes.Status404NotFound, "");
            }

            (key, size) = (NoteKey.Read(row.GetString(0)).Value, row.GetInt64(1));
            root = row.IsDBNull(2) ? TreeHasher.Empty : Checkpoint.Read(SignedNote.Read(row.GetString(2)).Value.Text).Value.Root;
        }

        if (request.Checkpoint.By(key, Ed25519.Verify) != Signed.Truly)
        {
            return (StatusCodes.Status403Forbidden, "");
        }

        if (request.Earlier > checkpoint.Size)
        {
            return (StatusCodes.Status400BadRequest, "");
        }

        if (request.Earlier != size)
        {
            return (StatusCodes.Status409Conflict, size.ToString(CultureInfo.InvariantCulture) + "\n");
        }

        using var hasher = new TreeHasher();
        if (!Paths.Extends(size, root, checkpoint.Size, checkpoint.Root, request.Path, hasher))
        {
            log.LogCritical("The ledger {Origin} shows {Size} entries that do not continue the {Seen} that were seen before", checkpoint.Origin, checkpoint.Size, size);
            return (StatusCodes.Status422UnprocessableEntity, "");
        }

        var now = clock.GetUtcNow();
        var signature = signer.Cosign(request.Checkpoint.Text, now);
        await using (var keep = new NpgsqlCommand("update witnessed set size = $2, note = $3, cosigned_at = $4 where origin = $1", connection)
        {
            Parameters = { Rows.Of(checkpoint.Origin), Rows.Of(checkpoint.Size), Rows.Of(request.Checkpoint.ToString()), Rows.Of(now.UtcDateTime) },
        })
        {
            await keep.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return (StatusCodes.Status200OK, signature.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<(NoteSignature? Signature, string? Trouble)> Ask(Witness witness, SignedNote checkpoint, long size, CancellationToken ct)
    {
        // What it saw last it knows better than we: it is told once, and then asked again.
        var seen = Math.Min(witness.Seen, size);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                var path = await tree.Hashes(Subtree.Consistency(seen, size), size, ct);
                using var content = new StringContent(new WitnessRequest(seen, path, checkpoint).ToString(), Encoding.UTF8, "text/plain");
                using var answer = await http.PostAsync(new Uri(witness.Address, "add-checkpoint"), content, ct);
                var text = await answer.Content.ReadAsStringAsync(ct);
                if (answer.StatusCode == HttpStatusCode.Conflict && long.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var known))
                {
                    if (known > size)
                    {
                        return (null, string.Create(CultureInfo.InvariantCulture, $"It has seen {known} entries, and now there are {size}."));
                    }

                    seen = known;
                    continue;
                }

                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    return (null, string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)answer.StatusCode}"));
                }

                var signature = text.Split('\n').Select(NoteSignature.Read).OfType<NoteSignature>().FirstOrDefault(s => checkpoint.With(s).By(witness.Key, Ed25519.Verify) == Signed.Truly);
                return signature is null ? (null, "Its signature does not verify.") : (signature, null);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
            {
                return (null, e.Message);
            }
        }

        return (null, "It names another size each time.");
    }
}
