using System.Security.Cryptography;
using System.Text.Json;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Ledger;
using Clew.Server.Web;
using Npgsql;
using NpgsqlTypes;

namespace Clew.Server.Care;

/// <summary>What is kept of a patient: what a recall must reach, and no more.</summary>
/// <param name="Born">A date, as it stands in the implant card.</param>
public sealed record PatientData(string? Name, string? Born, string? Contact, string? Note);

/// <summary>A patient's record.</summary>
/// <param name="Data">Nothing when it was erased.</param>
/// <param name="ErasedIn">The entry that says so.</param>
public sealed record Patient(string Reference, DateTimeOffset KeptAt, PatientData? Data, DateTimeOffset? ErasedAt, long? ErasedIn);

/// <summary>
/// Patients' records: the only personal data, and none of it in the ledger, whose entries hold a random reference. Each is sealed with a
/// key of its own. Erasing destroys that key, is itself a fact, and leaves every entry and every proof as it was.
/// </summary>
/// <remarks>
/// A key that is deleted from a table lives on in the table's dead rows, in PostgreSQL's log and in every backup. So the master key is
/// changed with each erasure: the keys of all others are wrapped anew, and the old master key, without which those copies open nothing,
/// is overwritten.
/// </remarks>
public sealed class Patients(NpgsqlDataSource database, CareSettings settings, Desk desk, LedgerQueries ledger, TimeProvider clock) : IDisposable
{
    /// <summary>Before the reference, where a fact names the person: <c>{"role":"patient","who":"care:…"}</c>.</summary>
    public const string Prefix = "care:";

    // Keys wrapped anew in one round trip.
    private const int RewrapMax = 5_000;

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Whether this server keeps any.</summary>
    public bool Keeps => settings.Keys is not null;

    private CareKeys Keys => settings.Keys ?? throw new InvalidOperationException("This server has no master key.");

    /// <summary>Keeps a new record.</summary>
    /// <returns>The reference by which facts may name the person.</returns>
    public async Task<string> Keep(Caller caller, PatientData data, CancellationToken ct)
    {
        var reference = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var key = CareKeys.NewKey();
        await turn.WaitAsync(ct);
        try
        {
            await using var keep = database.CreateCommand("insert into patient (reference, party, kept_at, master, wrapped, sealed) values ($1, $2, $3, $4, $5, $6)");
            keep.Parameters.Add(Rows.Of(reference));
            keep.Parameters.Add(new NpgsqlParameter { Value = (object?)caller.Party ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            keep.Parameters.Add(Rows.Of(clock.GetUtcNow().UtcDateTime));
            keep.Parameters.Add(Rows.Of(Keys.Current));
            keep.Parameters.Add(Rows.Of(Keys.Wrap(key, reference)));
            keep.Parameters.Add(Rows.Of(CareKeys.Seal(key, JsonSerializer.SerializeToUtf8Bytes(data, Answers.Json), reference)));
            await keep.ExecuteNonQueryAsync(ct);
            return reference;
        }
        finally
        {
            turn.Release();
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The record of this reference; nothing when there is none, or it is another party's. That it was read is an entry.</summary>
    public async Task<Patient?> Read(Caller caller, string reference, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            await using var ask = database.CreateCommand("select kept_at, master, wrapped, sealed, erased_at, position, party from patient where reference = $1");
            ask.Parameters.Add(Rows.Of(reference));
            Patient patient;
            await using (var row = await ask.ExecuteReaderAsync(ct))
            {
                if (!await row.ReadAsync(ct) || (caller.IsOutside && (row.IsDBNull(6) || row.GetString(6) != caller.Party)))
                {
                    return null;
                }

                patient = new Patient(reference, row.Moment(0), null, row.MomentOrNull(4), row.LongOrNull(5));
                if (!row.IsDBNull(2))
                {
                    var key = Keys.Unwrap(row.GetInt32(1), row.GetFieldValue<byte[]>(2), reference);
                    patient = patient with { Data = JsonSerializer.Deserialize<PatientData>(CareKeys.Open(key, row.GetFieldValue<byte[]>(3), reference), Answers.Json) };
                    CryptographicOperations.ZeroMemory(key);
                }
            }

            if (patient.Data is not null)
            {
                await desk.Record(caller, reference, "patient", await ledger.Size(ct) - 1, ct);
            }

            return patient;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Destroys the person's key, and says so in the ledger. Said again, it is finished where it was broken off.</summary>
    public async Task<Patient?> Erase(Caller caller, string reference, string reason, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            bool isErased;
            await using (var ask = database.CreateCommand("select party, wrapped is null from patient where reference = $1"))
            {
                ask.Parameters.Add(Rows.Of(reference));
                await using var row = await ask.ExecuteReaderAsync(ct);
                if (!await row.ReadAsync(ct) || (caller.IsOutside && (row.IsDBNull(0) || row.GetString(0) != caller.Party)))
                {
                    return null;
                }

                isErased = row.GetBoolean(1);
            }

            // Not cut off half-way by somebody who goes away: from here on it is done to the end.
            if (!isErased || Keys.IsTurning)
            {
                await Destroy(reference, caller.Name, reason, CancellationToken.None);
            }

            return await Say(caller, reference, CancellationToken.None);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    // The file first holds both master keys, so that whatever the database holds can be read; then the database turns whole, or not at
    // all; then the file forgets. Broken off anywhere, the next erasure finishes it.
    private async Task Destroy(string reference, string by, string reason, CancellationToken ct)
    {
        var master = Keys.Add();
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var destroy = new NpgsqlCommand("update patient set wrapped = null, master = null, erased_at = $2, erased_by = $3, reason = $4 where reference = $1 and wrapped is not null", connection))
        {
            destroy.Parameters.Add(Rows.Of(reference));
            destroy.Parameters.Add(Rows.Of(clock.GetUtcNow().UtcDateTime));
            destroy.Parameters.Add(Rows.Of(by));
            destroy.Parameters.Add(Rows.Of(reason));
            await destroy.ExecuteNonQueryAsync(ct);
        }

        for (var after = ""; await Rewrap(connection, master, after, ct) is { } last;)
        {
            after = last;
        }

        await transaction.CommitAsync(ct);
        Keys.ForgetOthers();
    }

    private async Task<string?> Rewrap(NpgsqlConnection connection, int master, string after, CancellationToken ct)
    {
        var (references, wrapped) = (new List<string>(), new List<byte[]>());
        await using (var ask = new NpgsqlCommand("select reference, master, wrapped from patient where wrapped is not null and reference > $1 order by reference limit $2", connection) { Parameters = { Rows.Of(after), Rows.Of(RewrapMax) } })
        await using (var row = await ask.ExecuteReaderAsync(ct))
        {
            while (await row.ReadAsync(ct))
            {
                var key = Keys.Unwrap(row.GetInt32(1), row.GetFieldValue<byte[]>(2), row.GetString(0));
                references.Add(row.GetString(0));
                wrapped.Add(Keys.Wrap(key, row.GetString(0)));
                CryptographicOperations.ZeroMemory(key);
            }
        }

        if (references.Count == 0)
        {
            return null;
        }

        await using var put = new NpgsqlCommand("update patient p set master = $1, wrapped = n.wrapped from unnest($2, $3) n (reference, wrapped) where p.reference = n.reference", connection)
        {
            Parameters = { Rows.Of(master), Rows.Of(references.ToArray()), Rows.Of(wrapped.ToArray()) },
        };
        await put.ExecuteNonQueryAsync(ct);
        return references[^1];
    }

    // Of what the row says, so that it is the same fact however often it is tried.
    private async Task<Patient> Say(Caller caller, string reference, CancellationToken ct)
    {
        DateTimeOffset kept, erased;
        string reason;
        await using (var ask = database.CreateCommand("select kept_at, erased_at, reason, position from patient where reference = $1"))
        {
            ask.Parameters.Add(Rows.Of(reference));
            await using var row = await ask.ExecuteReaderAsync(ct);
            await row.ReadAsync(ct);
            (kept, erased, reason) = (row.Moment(0), row.Moment(1), row.GetString(2));
            if (row.LongOrNull(3) is { } said)
            {
                return new Patient(reference, kept, null, erased, said);
            }
        }

        var details = JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, string>(StringComparer.Ordinal) { ["patient"] = reference }, Answers.Json);
        var fact = new Fact { Kind = Vocabulary.PersonalDataErased, Id = "clew:erasure/" + reference, Happened = EventTime.Of(erased), Reason = reason, Details = details };
        var outcome = (await desk.Say(caller, [fact], ct))[0];
        var receipt = outcome.Receipt ?? throw new InvalidOperationException($"The erasure of {reference} was not admitted.");
        await using var keep = database.CreateCommand("update patient set position = $2 where reference = $1");
        keep.Parameters.Add(Rows.Of(reference));
        keep.Parameters.Add(Rows.Of(receipt.Position));
        await keep.ExecuteNonQueryAsync(ct);
        return new Patient(reference, kept, null, erased, receipt.Position);
    }
}
