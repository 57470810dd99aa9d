using System.Security.Cryptography;
using System.Text;
using Clew.Server.Care;
using Clew.Server.Proof;
using Clew.Tests.Proof;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Care;

/// <summary>Patients' records: sealed, read on record, erased for good; and every proof as it was.</summary>
public sealed class Erasure(Ground ground)
{
    private const string Device = "gs1:01/06901234567892/21/P1";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erasing_destroys_the_key_is_a_fact_and_leaves_every_proof_valid()
    {
        await using var place = await Place.Found(ground);
        using var system = await place.House.As("integrator");
        using var quality = await place.House.As("qualityManager");
        await system.Say("/capture", Stories.Company);
        await system.Say("/capture", Stories.Pumps);
        var (reference, other) = (await Kept(quality, "Zhang San"), await Kept(quality, "Li Si"));
        (await system.Say("/capture", $$"""[{"kind":"implanted","id":"im1","happened":"2026-02-12T08:00:00Z","items":["{{Device}}"],"place":"gs1:414/6901234000023","participants":[{"role":"patient","who":"{{reference}}"}]}]""")).Status.ShouldBe(201);

        // Nowhere in the database, and in no pack, does the name stand.
        (await place.Anywhere("Zhang San")).ShouldBeEmpty();
        var before = await quality.GetByteArrayAsync("/evidence/pack?item=" + Device, Stop);
        before.AsSpan().IndexOf(Encoding.UTF8.GetBytes("Zhang San")).ShouldBe(-1);
        (await quality.Ask("/care/patients/" + reference)).Body.GetProperty("data").GetProperty("name").GetString().ShouldBe("Zhang San");

        // What a backup from before holds: the row, and the file of the master key if somebody copied that as well is the only thing that would open it.
        var (master, wrapped, sealedBytes) = await place.Row(reference);
        wrapped.ShouldNotBeNull();
        var masterFile = await File.ReadAllTextAsync(place.KeyFile, Stop);

        (await quality.Say($"/care/patients/{reference}/erase", """{"reason":" "}""")).ShouldBeRefused(400, "question.parameter", "/reason");
        var erased = (await quality.Say($"/care/patients/{reference}/erase", """{"reason":"asked for by the patient"}""")).Body;
        var position = erased.GetProperty("position").GetInt64();
        var entry = (await quality.Ask("/entries/" + position)).Body.GetProperty("fact");
        (entry.GetProperty("kind").GetString(), entry.GetProperty("reason").GetString(), entry.GetProperty("details").GetProperty("patient").GetString()).ShouldBe(("personalDataErased", "asked for by the patient", reference));
        (await quality.Ask("/care/patients/" + reference)).ShouldBeRefused(410, "care.erased", "");

        // The key is gone from the row, and the master key under which any copy of it is wrapped is gone from the file.
        (await place.Row(reference)).Wrapped.ShouldBeNull();
        var now = await File.ReadAllTextAsync(place.KeyFile, Stop);
        now.ShouldNotContain(masterFile.Split('\n')[0].Split(' ')[1]);
        var keys = CareKeys.Open(place.Folder);
        Should.Throw<CryptographicException>(() => keys.Unwrap(master, wrapped, reference));
        Should.Throw<CryptographicException>(() => keys.Unwrap(keys.Current, wrapped, reference));
        Should.Throw<CryptographicException>(() => CareKeys.Open(CareKeys.NewKey(), sealedBytes, reference));
        Encoding.UTF8.GetString(sealedBytes).ShouldNotContain("Zhang");

        // Said twice it is the same erasure; the other person is as before, under the new master key.
        (await quality.Say($"/care/patients/{reference}/erase", """{"reason":"again"}""")).Body.GetProperty("position").GetInt64().ShouldBe(position);
        (await quality.Ask("/care/patients/" + other)).Body.GetProperty("data").GetProperty("name").GetString().ShouldBe("Li Si");
        (await place.Row(other)).Master.ShouldBe(keys.Current);

        // Every entry, the tree, the old pack and a new one: as they were.
        using var audit = ActivatorUtilities.CreateInstance<SelfAudit>(place.House.Services);
        (await audit.Round(null, Stop)).ShouldBeNull();
        foreach (var pack in new[] { before, await quality.GetByteArrayAsync("/evidence/pack?item=" + Device, Stop) })
        {
            var file = Path.Combine(place.Folder, Guid.NewGuid().ToString("N") + ".zip");
            await File.WriteAllBytesAsync(file, pack, Stop);
            using var source = Clew.Verify.Source.At(file);
            using var check = new Clew.Verify.PackCheck(source, [place.Signer.Key], []);
            check.Run().Verdict.ShouldBe(Clew.Verify.Verdict.Intact);
        }
    }

    [Fact]
    public async Task Broken_off_between_database_and_file_it_is_finished_by_the_next()
    {
        await using var place = await Place.Found(ground);
        using var quality = await place.House.As("qualityManager");
        var (first, second, third) = (await Kept(quality, "A B"), await Kept(quality, "C D"), await Kept(quality, "E F"));

        // As a server leaves it that dies right after it has put the second key into the file.
        place.Keys.Add();
        (await quality.Ask("/care/patients/" + first)).Status.ShouldBe(200);
        var fourth = await Kept(quality, "G H");
        (await quality.Say($"/care/patients/{second}/erase", """{"reason":"x"}""")).Status.ShouldBe(200);
        CareKeys.Open(place.Folder).IsTurning.ShouldBeFalse();
        foreach (var reference in new[] { first, third, fourth })
        {
            (await quality.Ask("/care/patients/" + reference)).Status.ShouldBe(200);
        }

        // And one that dies before it has said so in the ledger: the row says all that the fact needs.
        await place.Do($"update care.patient set position = null where reference = '{second}'");
        (await quality.Say($"/care/patients/{second}/erase", """{"reason":"y"}""")).Status.ShouldBe(200);
        (await quality.Ask("/audit/entries?kind=personalDataErased")).Body.GetProperty("entries").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Only_whose_patient_it_is_reads_it_and_reading_is_on_record()
    {
        await using var place = await Place.Found(ground);
        using var system = await place.House.As("integrator");
        using var quality = await place.House.As("qualityManager");
        await system.Say("/capture", Stories.Company);
        using var hospital = await place.House.AsSender("ward", "hospital", "gs1:417/6901234000023");
        using var elsewhere = await place.House.AsSender("clinic", "hospital", "gs1:417/6901234000016");
        using var auditor = await place.House.As("auditor");
        var reference = await Kept(hospital, "Wang Wu");
        (await hospital.Ask("/care/patients/" + reference)).Status.ShouldBe(200);
        (await elsewhere.Ask("/care/patients/" + reference)).Status.ShouldBe(404);
        (await elsewhere.Say($"/care/patients/{reference}/erase", """{"reason":"x"}""")).Status.ShouldBe(404);
        (await auditor.Ask("/care/patients/" + reference)).Status.ShouldBe(403);
        (await quality.Ask("/care/patients/care:none")).Status.ShouldBe(404);
        var read = (await quality.Ask("/audit/entries?by=ward&kind=recordExported")).Body.GetProperty("entries")[0].GetProperty("position").GetInt64();
        (await quality.Ask("/entries/" + read)).Body.GetProperty("fact").GetProperty("details").GetProperty("list").GetString().ShouldBe(reference);
        (await hospital.Say("/care/patients", """{"name":"","born":"yesterday"}""")).ShouldBeRefused(400, "question.parameter", "/born");

        // A sealed record put into another person's row opens nothing.
        var other = await Kept(hospital, "Zhao Liu");
        await place.Do($"update care.patient p set sealed = o.sealed, wrapped = o.wrapped from care.patient o where p.reference = '{other}' and o.reference = '{reference}'");
        (await hospital.Ask("/care/patients/" + other)).ShouldBeRefused(500, "care.damaged", "");
    }

    [Fact]
    public async Task Without_a_folder_for_the_key_nothing_is_kept()
    {
        await using var house = await House.Open(ground);
        using var quality = await house.As("qualityManager");
        (await quality.Say("/care/patients", """{"name":"A"}""")).ShouldBeRefused(409, "care.noKey", "");
        using var keys = new TemporaryKeys();
        CareKeys.Open(keys.Folder).Current.ShouldBe(1);
        if (!OperatingSystem.IsWindows())
        {
            var file = Path.Combine(keys.Folder, CareKeys.KeyFile);
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            Should.Throw<Clew.Server.Storage.StorageException>(() => CareKeys.Open(keys.Folder)).Message.ShouldContain("chmod 600");
        }
    }

    private static async Task<string> Kept(HttpClient client, string name)
    {
        var (status, body) = await client.Say("/care/patients", $$"""{"name":"{{name}}","born":"1961-05-31","contact":"13800000000"}""");
        status.ShouldBe(201, body.ToString());
        return body.GetProperty("reference").GetString()!;
    }

    /// <summary>A server that signs and keeps patients' records.</summary>
    private sealed class Place(TemporaryKeys keys, CareKeys care, House house, Npgsql.NpgsqlDataSource database) : IAsyncDisposable
    {
        public House House => house;

        public CareKeys Keys => care;

        public Signer Signer => keys.Signer;

        public string Folder => keys.Folder;

        public string KeyFile => Path.Combine(keys.Folder, CareKeys.KeyFile);

        public static async Task<Place> Found(Ground ground)
        {
            var keys = new TemporaryKeys();
            var care = CareKeys.Open(keys.Folder);
            var (database, _) = await ground.NewDatabase();
            return new Place(keys, care, await House.Open(database, b => b.Services.AddSingleton(new CareSettings(care)), new ProofSettings(keys.Signer, TimeSpan.FromHours(1))), database);
        }

        public async Task Do(string sql)
        {
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(Stop);
        }

        public async Task<(int Master, byte[]? Wrapped, byte[] Sealed)> Row(string reference)
        {
            await using var ask = database.CreateCommand($"select coalesce(master, 0), wrapped, sealed from care.patient where reference = '{reference}'");
            await using var row = await ask.ExecuteReaderAsync(Stop);
            (await row.ReadAsync(Stop)).ShouldBeTrue();
            return (row.GetInt32(0), row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1), row.GetFieldValue<byte[]>(2));
        }

        // In any column of any table of ours.
        public async Task<List<string>> Anywhere(string text)
        {
            var tables = new List<string>();
            await using (var ask = database.CreateCommand("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')"))
            await using (var row = await ask.ExecuteReaderAsync(Stop))
            {
                while (await row.ReadAsync(Stop))
                {
                    tables.Add(row.GetString(0));
                }
            }

            var hex = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
            var found = new List<string>();
            foreach (var table in tables)
            {
                await using var ask = database.CreateCommand($"select count(*) from {table} t where t::text like '%{text}%' or t::text like '%{hex}%'");
                if ((long)(await ask.ExecuteScalarAsync(Stop))! > 0)
                {
                    found.Add(table);
                }
            }

            tables.Count.ShouldBeGreaterThan(30);
            return found;
        }

        public async ValueTask DisposeAsync()
        {
            await house.DisposeAsync();
            keys.Dispose();
        }
    }
}
