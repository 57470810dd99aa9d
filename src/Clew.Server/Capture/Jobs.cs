using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Ledger;
using Clew.Server.Web;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Capture;

/// <summary>A long document on its way in.</summary>
/// <param name="Progress">0 to 1.</param>
/// <param name="Finished">When it was done; nothing while it runs.</param>
public sealed record Job(
    Guid Id, long Document, string Sender, DateTimeOffset Created, DateTimeOffset? Finished, double Progress, int Admitted, int Known, int Refused, IReadOnlyList<KeptFinding> Findings);

/// <summary>
/// Documents too long to be answered at once: their bytes are on disk before the sender gets an answer, and their facts are told
/// piece by piece. A server that dies leaves its job to whichever server looks next; what was told already is known by its ids.
/// </summary>
public sealed class Jobs(NpgsqlDataSource database, LedgerWriter writer, TimeProvider clock, ILogger<Jobs> log) : BackgroundService
{
    /// <summary>Facts in one piece: a batch of the writer's.</summary>
    private const int PieceMax = LedgerWriter.DraftsMax;

    /// <summary>Bytes of facts in one piece, for facts that are long.</summary>
    private const int PieceBytesMax = 4 << 20;

    /// <summary>How often a job that fails is tried: an outage passes, a mistake of ours does not.</summary>
    private const int AttemptsMax = 5;

    /// <summary>Pieces handed in before the first is answered: while one is told, the next is read.</summary>
    private const int AheadMax = 4;

    /// <summary>Facts that all go in or none: they are one transaction, held in memory whole.</summary>
    public const int RollbackMax = 200_000;

    /// <summary>Bytes in one row.</summary>
    internal const int PartSize = 1 << 20;

    // A job whose server has not been heard of for so long is somebody else's.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim wake = new(0);
    private readonly string owner = Guid.NewGuid().ToString("N");

    /// <summary>Keeps a document as it streams in and makes a job of it.</summary>
    public async Task<Guid> Accept(Caller caller, string mediaType, ErrorBehaviour behaviour, long? mends, Stream body, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        long document;
        await using (var number = new NpgsqlCommand("update head set next_document = next_document + 1 where ledger = 1 returning next_document - 1", connection))
        {
            document = (long)(await number.ExecuteScalarAsync(ct))!;
        }

        await using var transaction = await connection.BeginTransactionAsync(ct);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var part = new byte[PartSize];
        var parts = 0;
        int read;
        while ((read = await body.ReadAtLeastAsync(part, PartSize, throwOnEndOfStream: false, ct)) > 0)
        {
            hash.AppendData(part, 0, read);
            await using var keep = new NpgsqlCommand("insert into part (document, number, bytes) values ($1, $2, $3)", connection)
            {
                Parameters = { new() { Value = document }, new() { Value = parts++ }, new() { Value = part.AsMemory(0, read), NpgsqlDbType = NpgsqlDbType.Bytea } },
            };
            await keep.ExecuteNonQueryAsync(ct);
        }

        var now = clock.GetUtcNow().UtcDateTime;
        await using (var keep = new NpgsqlCommand("insert into document (id, received_at, sender, media_type, sha256, facts, admitted, refused, bytes, parts, mends, behaviour) values ($1, $2, $3, $4, $5, 0, 0, 0, '', $6, $7, $8)", connection)
        {
            Parameters = { new() { Value = document }, new() { Value = now }, new() { Value = caller.Name }, new() { Value = mediaType }, new() { Value = hash.GetHashAndReset() }, new() { Value = parts }, new() { Value = (object?)mends ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint }, new() { Value = (short)behaviour } },
        })
        {
            await keep.ExecuteNonQueryAsync(ct);
        }

        var id = Guid.CreateVersion7();
        await using (var make = new NpgsqlCommand("""
            insert into job (id, document, sender, role, party, media_type, behaviour, created_at, progress, admitted, known, refused, only_deeds) values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, $9)
            """, connection)
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = document }, new() { Value = caller.Name }, new() { Value = caller.Role }, new() { Value = (object?)caller.Party ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                new() { Value = mediaType }, new() { Value = (short)behaviour }, new() { Value = now },
                new() { Value = (object?)caller.Only?.Select(d => d.ToString()).ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        })
        {
            await make.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        wake.Release();
        return id;
    }

    /// <summary>How a job stands.</summary>
    public async Task<Job?> Find(Guid id, CancellationToken ct)
    {
        await using var command = database.CreateCommand("select document, sender, created_at, finished_at, progress, admitted, known, refused, findings from job where id = $1");
        command.Parameters.Add(new() { Value = id });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new Job(id, row.GetInt64(0), row.GetString(1), row.Moment(2), row.MomentOrNull(3), row.GetDouble(4), row.GetInt32(5), row.GetInt32(6), row.GetInt32(7),
                row.IsDBNull(8) ? [] : JsonSerializer.Deserialize<List<KeptFinding>>(row.GetString(8), Answers.Json)!)
            : null;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await Take(stoppingToken) is { } taken)
                {
                    await Try(taken, stoppingToken);
                }

                await wake.WaitAsync(LookEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                await LetGo();
                return;
            }
            catch (Npgsql.NpgsqlException e)
            {
                log.LogWarning(e, "Jobs wait for the database");
                await Task.Delay(LookEvery, stoppingToken);
            }
        }
    }

    // Whoever starts next goes on at once, instead of waiting until our lease has run out.
    private async Task LetGo()
    {
        await using var command = database.CreateCommand("update job set owner = null, lease_until = null where owner = $1 and finished_at is null");
        command.Parameters.Add(new() { Value = owner });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private async Task Try(Taken job, CancellationToken ct)
    {
        try
        {
            await Tell(job, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever it is, the others must go on, and the sender gets an answer in the end.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogError(e, "The job {Job} failed in attempt {Attempt} of {Max}", job.Id, job.Attempts + 1, AttemptsMax);
            if (job.Attempts + 1 >= AttemptsMax)
            {
                var tally = new Tally();
                tally.Refuse(new(ReceptionFindings.GivenUp, "", AttemptsMax.ToString(CultureInfo.InvariantCulture)));
                await Finish(job, tally, ct);
                return;
            }

            await using var command = database.CreateCommand("update job set attempts = attempts + 1, owner = null, lease_until = $2 where id = $1");
            command.Parameters.Add(new() { Value = job.Id });
            command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime + LookEvery });
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private sealed record Taken(Guid Id, long Document, Caller Caller, string MediaType, ErrorBehaviour Behaviour, int Attempts);

    private async Task<Taken?> Take(CancellationToken ct)
    {
        await using var command = database.CreateCommand("""
            update job set owner = $1, lease_until = $2
            where id = (select id from job where finished_at is null and (lease_until is null or lease_until < $3 or owner = $1) order by created_at limit 1 for update skip locked)
            returning id, document, sender, role, party, media_type, behaviour, attempts, only_deeds
            """);
        var now = clock.GetUtcNow().UtcDateTime;
        command.Parameters.Add(new() { Value = owner });
        command.Parameters.Add(new() { Value = now + Lease });
        command.Parameters.Add(new() { Value = now });
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct)
            ? new Taken(row.GetGuid(0), row.GetInt64(1), new Caller(row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), Caller.Deeds(row.IsDBNull(8) ? null : row.GetFieldValue<string[]>(8))), row.GetString(5), (ErrorBehaviour)row.GetInt16(6), row.GetInt32(7))
            : null;
    }

    private async Task Tell(Taken job, CancellationToken ct)
    {
        var bytes = await ExceptionQueries.Bytes(database, job.Document, ct);
        var raw = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var reception = new Reception(Unreadable.Or(job.MediaType, bytes), job.Caller);
        var tally = new Tally();
        var ahead = new Queue<Submission>();
        if (job.Behaviour == ErrorBehaviour.Rollback)
        {
            var drafts = reception.Take(RollbackMax + 1);
            if (drafts.Count > RollbackMax)
            {
                tally.Refuse(new(ReceptionFindings.TooManyForOne, "", RollbackMax.ToString(CultureInfo.InvariantCulture)));
            }
            else
            {
                ahead.Enqueue(new Submission(job.Caller.Name, null, drafts, ErrorBehaviour.Rollback) { DocumentId = job.Document, RawSha256 = raw });
                await writer.Submit(ahead.Peek(), ct);
            }
        }
        else
        {
            while (reception.Take(PieceMax, PieceBytesMax) is { Count: > 0 } drafts)
            {
                var piece = new Submission(job.Caller.Name, null, drafts, ErrorBehaviour.Proceed) { DocumentId = job.Document, RawSha256 = raw };
                await writer.Submit(piece, ct);
                ahead.Enqueue(piece);
                if (ahead.Count == AheadMax)
                {
                    tally.Add(await ahead.Dequeue().Outcome.WaitAsync(ct));
                    await Progress(job.Id, reception.Progress, tally, ct);
                }
            }
        }

        while (ahead.TryDequeue(out var piece))
        {
            // A long transaction takes its time; the lease is renewed while we wait.
            while (await Task.WhenAny(piece.Outcome, Task.Delay(Lease / 3, ct)) != piece.Outcome)
            {
                await Progress(job.Id, reception.Progress / 2, tally, ct);
            }

            tally.Add(await piece.Outcome);
        }

        await Finish(job, tally, ct);
    }

    private async Task Progress(Guid id, double progress, Tally tally, CancellationToken ct)
    {
        await using var command = database.CreateCommand("update job set progress = $2, admitted = $3, known = $4, refused = $5, lease_until = $6 where id = $1");
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = progress });
        command.Parameters.Add(new() { Value = tally.Admitted });
        command.Parameters.Add(new() { Value = tally.Known });
        command.Parameters.Add(new() { Value = tally.Refused });
        command.Parameters.Add(new() { Value = clock.GetUtcNow().UtcDateTime + Lease });
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task Finish(Taken job, Tally tally, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var batch = new NpgsqlBatch(connection);
        var findings = tally.Findings.Count == 0 ? (object)DBNull.Value : JsonSerializer.Serialize(tally.Findings, Answers.Json);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("update job set progress = 1, admitted = $2, known = $3, refused = $4, findings = $5, finished_at = $6, lease_until = null where id = $1")
        {
            Parameters =
            {
                new() { Value = job.Id }, new() { Value = tally.Admitted }, new() { Value = tally.Known }, new() { Value = tally.Refused },
                new() { Value = findings, NpgsqlDbType = NpgsqlDbType.Jsonb }, new() { Value = clock.GetUtcNow().UtcDateTime },
            },
        });
        batch.BatchCommands.Add(new NpgsqlBatchCommand("update document set facts = $2, admitted = $3, refused = $4, findings = $5 where id = $1")
        {
            Parameters =
            {
                new() { Value = job.Document }, new() { Value = tally.Admitted + tally.Known + tally.Refused }, new() { Value = tally.Admitted }, new() { Value = tally.Refused },
                new() { Value = findings, NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        });
        await batch.ExecuteNonQueryAsync(ct);
    }

    private sealed class Tally
    {
        public int Admitted { get; private set; }

        public int Known { get; private set; }

        public int Refused { get; private set; }

        public List<KeptFinding> Findings { get; } = [];

        public void Add(IReadOnlyList<FactOutcome> outcomes)
        {
            foreach (var outcome in outcomes)
            {
                switch (outcome.Status)
                {
                    case FactStatus.Admitted:
                        Admitted++;
                        break;
                    case FactStatus.Known:
                        Known++;
                        break;
                    default:
                        Refused++;
                        break;
                }

                Keep(outcome.Findings);
            }
        }

        public void Refuse(Finding finding)
        {
            Refused++;
            Keep([finding]);
        }

        private void Keep(IReadOnlyList<Finding> findings)
        {
            foreach (var finding in findings)
            {
                if (Findings.Count < Submission.FindingsKept)
                {
                    Findings.Add(KeptFinding.Of(finding));
                }
            }
        }
    }
}
