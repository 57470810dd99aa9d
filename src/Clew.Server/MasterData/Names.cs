using Clew.MasterData;
using Npgsql;

namespace Clew.Server.MasterData;

/// <summary>
/// The register as readers see it: a copy of their own, made anew when the ledger's head says that names have changed.
/// It is never edited once it is handed out, so that a page shows one state of the names.
/// </summary>
public sealed class Names(NpgsqlDataSource database) : IDisposable
{
    private readonly SemaphoreSlim making = new(1);
    private Copy? copy;

    private sealed record Copy(long At, Register Register);

    /// <summary>All products, parties and places as they are known now.</summary>
    public async ValueTask<Register> Current(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var ask = new NpgsqlCommand("select names_at from head where ledger = 1", connection);
        var at = (long)(await ask.ExecuteScalarAsync(ct))!;
        if (copy is { } known && known.At >= at)
        {
            return known.Register;
        }

        await making.WaitAsync(ct);
        try
        {
            if (copy is null || copy.At < at)
            {
                copy = new Copy(at, RegisterView.Restore(connection));
            }

            return copy.Register;
        }
        finally
        {
            making.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => making.Dispose();
}
