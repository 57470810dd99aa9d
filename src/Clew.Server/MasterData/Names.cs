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

    private sealed record Copy(long At, int Told, Register Register);

    /// <summary>All products, parties and places as they are known now.</summary>
    public async ValueTask<Register> Current(CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var ask = new NpgsqlCommand("select names_at, told from head where ledger = 1", connection);
        long at;
        int told;
        await using (var row = await ask.ExecuteReaderAsync(ct))
        {
            await row.ReadAsync(ct);
            (at, told) = (row.GetInt64(0), row.GetInt32(1));
        }

        if (copy is { } known && IsFresh(known))
        {
            return known.Register;
        }

        await making.WaitAsync(ct);
        try
        {
            if (copy is null || !IsFresh(copy))
            {
                copy = new Copy(at, told, RegisterView.Restore(connection));
            }

            return copy.Register;
        }
        finally
        {
            making.Release();
        }

        // Numbers of names may differ once the views were told again.
        bool IsFresh(Copy one) => one.Told >= told && one.At >= at;
    }

    /// <inheritdoc/>
    public void Dispose() => making.Dispose();
}
