using System.Globalization;
using Clew.Identification;
using Clew.Server.Ledger;
using Clew.Server.Storage;
using Npgsql;

namespace Clew.Server.Proof;

/// <summary>How far the audit of the views is.</summary>
/// <param name="Rounds">How often all of them were told again and compared.</param>
/// <param name="Told">Entries told in the round that is under way; nought between two rounds.</param>
/// <param name="EndedAt">When the last round ended.</param>
/// <param name="WholeAt">When a round last found every row as it follows from the entries.</param>
public sealed record ViewAuditState(long Rounds, long Told, long Size, DateTimeOffset? EndedAt, DateTimeOffset? WholeAt);

/// <summary>
/// Tells every view again from the ledger beside the live one, a page at a time, and compares row by row: what pages show must follow
/// from the entries and from nothing else. The first entry of which a row tells otherwise is named by an alarm.
/// </summary>
/// <remarks>
/// The ledger's own bytes are <see cref="SelfAudit"/>'s; this one finds who alters a view, and our own faults in telling it. It rests
/// after each page for as long as the bytes of it may take. Broken off it begins anew: what was told lies in tables that nobody trusts.
/// </remarks>
public sealed class ViewAudit(NpgsqlDataSource database, Alarms alarms, ProofSettings settings, TimeProvider clock, ILogger<ViewAudit> log) : BackgroundService
{
    // Somebody tells the views again by hand, or another server does.
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(10);

    /// <summary>How far it is.</summary>
    public async Task<ViewAuditState> State(CancellationToken ct)
    {
        await using var ask = database.CreateCommand("select round, told, size, ended_at, whole_at from view_audit");
        await using var row = await ask.ExecuteReaderAsync(ct);
        await row.ReadAsync(ct);
        return new ViewAuditState(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.MomentOrNull(3), row.MomentOrNull(4));
    }

    /// <summary>One round.</summary>
    /// <returns>What differs first; nothing when every row is as it follows from the entries.</returns>
    /// <exception cref="StorageException">Somebody else is telling the views again.</exception>
    public async Task<Finding?> Round(CancellationToken ct)
    {
        var rebuilt = await Rebuild.Check(database, null, ct, Rest);
        Finding? finding = null;
        if (rebuilt.Difference is { } difference)
        {
            var position = difference.Position?.ToString(CultureInfo.InvariantCulture) ?? "–";
            finding = new Finding(AlarmKinds.View, "", difference.Table, position, difference.Live ?? "–", difference.Retold ?? "–");
            log.LogCritical("The audit of the views found: {Finding}", finding.What(CultureInfo.InvariantCulture));
            await alarms.Raise(finding, difference.Position, ct);
        }

        await using var keep = database.CreateCommand("update view_audit set round = round + 1, told = 0, size = $1, ended_at = $2, whole_at = case when $3 then $2 else whole_at end");
        keep.Parameters.Add(Rows.Of(rebuilt.Size));
        keep.Parameters.Add(Rows.Of(clock.GetUtcNow().UtcDateTime));
        keep.Parameters.Add(Rows.Of(finding is null));
        await keep.ExecuteNonQueryAsync(ct);
        return finding;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings is not { ViewsEvery: { } every, AuditBytes: > 0 })
        {
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if ((await State(stoppingToken)).EndedAt is { } ended && ended + every - clock.GetUtcNow() is var due && due > TimeSpan.Zero)
                {
                    await Task.Delay(due, clock, stoppingToken);
                }

                await Round(stoppingToken);
            }
            catch (InvalidDataException e)
            {
                // An entry is missing: the self-audit says which.
                log.LogCritical(e, "The views cannot be told again");
                await Task.Delay(Later, clock, stoppingToken);
            }
            catch (Exception e) when (e is NpgsqlException or StorageException)
            {
                log.LogWarning(e, "The views could not be told again; it is tried later");
                await Task.Delay(Later, clock, stoppingToken);
            }
        }
    }

    private async Task Rest(long told, long size, long bytes, CancellationToken ct)
    {
        await using (var keep = database.CreateCommand("update view_audit set told = $1, size = $2"))
        {
            keep.Parameters.Add(Rows.Of(told));
            keep.Parameters.Add(Rows.Of(size));
            await keep.ExecuteNonQueryAsync(ct);
        }

        if (settings.AuditBytes > 0)
        {
            await Task.Delay(TimeSpan.FromSeconds((double)bytes / settings.AuditBytes), clock, ct);
        }
    }
}
