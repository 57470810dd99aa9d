using System.Globalization;
using System.Net;
using System.Text;
using Clew.Proof;
using Clew.Server.Proof;
using Clew.Server.Storage;
using Clew.Tests.Storage;
using Clew.Tests.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Clew.Tests.Proof;

/// <summary>Checkpoints, their proofs and their witnesses, over HTTP and on disk.</summary>
public sealed class CheckpointsAndWitnesses(Ground ground)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_entry_is_proven_by_what_one_downloads()
    {
        await using var signing = await Signing.Open(ground);
        using var system = await signing.House.As("integrator");
        using var auditor = await signing.House.As("auditor");
        await system.Say("/capture", Stories.Company);
        var said = (await system.Say("/capture", Stories.Pumps)).Body;
        var key = NoteKey.Read((await auditor.Ask("/proof/keys")).Body.GetProperty("key").GetString()!).Value;
        using var hasher = new TreeHasher();
        var positions = said.GetProperty("facts").EnumerateArray().Select(f => f.GetProperty("position").GetInt64()).ToList();
        positions.Count.ShouldBe(8);
        foreach (var position in positions)
        {
            var bytes = await auditor.GetByteArrayAsync($"/entries/{position}", Stop);
            var proof = InclusionProof.Read(await auditor.GetStringAsync($"/proof/inclusion/{position}", Stop)).Value;
            proof.Position.ShouldBe(position);
            proof.Checkpoint.By(key, Ed25519.Verify).ShouldBe(Signed.Truly);
            var checkpoint = Checkpoint.Read(proof.Checkpoint.Text).Value;
            checkpoint.Origin.ShouldBe(key.Name);
            Paths.Includes(hasher.Leaf(bytes), position, checkpoint.Size, checkpoint.Root, proof.Path, hasher).ShouldBeTrue();
            bytes[^3] ^= 1;
            Paths.Includes(hasher.Leaf(bytes), position, checkpoint.Size, checkpoint.Root, proof.Path, hasher).ShouldBeFalse();
        }

        (await auditor.Ask("/proof/inclusion/999")).ShouldBeRefused(404, "question.notFound", "");
        (await auditor.Ask("/proof/inclusion/0?size=3")).ShouldBeRefused(409, "proof.notSigned", "");
    }

    [Fact]
    public async Task Between_two_checkpoints_the_ledger_only_grew()
    {
        await using var signing = await Signing.Open(ground);
        using var system = await signing.House.As("integrator");
        using var auditor = await signing.House.As("auditor");
        await system.Say("/capture", Stories.Company);
        var first = (await auditor.Say("/proof/checkpoints", "")).Body;
        await system.Say("/capture", Stories.Pumps);
        var second = (await auditor.Say("/proof/checkpoints", "")).Body;
        (await auditor.Say("/proof/checkpoints", "")).Body.GetProperty("note").GetString().ShouldBe(second.GetProperty("note").GetString());
        var (from, to) = (first.GetProperty("size").GetInt64(), second.GetProperty("size").GetInt64());
        to.ShouldBe(from + 8);
        var answer = (await auditor.Ask($"/proof/consistency?from={from}")).Body;
        using var hasher = new TreeHasher();
        List<Digest> path = [.. answer.GetProperty("path").EnumerateArray().Select(h => Read(h.GetString()!))];
        Paths.Extends(from, Read(first.GetProperty("root").GetString()!), to, Read(second.GetProperty("root").GetString()!), path, hasher).ShouldBeTrue();
        (await auditor.GetStringAsync("/proof/checkpoint", Stop)).ShouldBe(second.GetProperty("note").GetString());
        var listed = (await auditor.Ask("/proof/checkpoints?limit=1")).Body;
        listed.GetProperty("checkpoints").GetArrayLength().ShouldBe(1);
        (await auditor.Ask(listed.GetProperty("next").GetString()!)).Body.GetProperty("checkpoints")[0].GetProperty("size").GetInt64().ShouldBe(from);
        (await auditor.Ask($"/proof/consistency?from={to + 1}")).ShouldBeRefused(400, "question.parameter", "?from");
    }

    [Fact]
    public async Task Tiles_give_the_root()
    {
        await using var signing = await Signing.Open(ground);
        using var system = await signing.House.As("integrator");
        using var auditor = await signing.House.As("auditor");
        await system.Say("/capture", Stories.Company);
        await system.Say("/capture", "[" + string.Join(',', Enumerable.Range(0, 300).Select(i => $$"""{"kind":"labelVerified","id":"v{{i}}","happened":"2026-02-11T08:00:00Z","items":["gs1:01/06901234567892/21/P{{i}}"],"place":"gs1:414/6901234000016"}""")) + "]");
        await auditor.Say("/proof/checkpoints", "");
        var checkpoint = Checkpoint.Read(SignedNote.Read(await auditor.GetStringAsync("/proof/checkpoint", Stop)).Value.Text).Value;
        var tiles = new Tiles();
        foreach (var tile in Tiles.NeededFor(new Subtree(0, checkpoint.Size)).Append(new Tile(0, 0)))
        {
            using var answer = await auditor.GetAsync("/proof/tile/" + tile.Path(tile.WidthIn(checkpoint.Size)), Stop);
            answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
            tiles.Add(tile, await answer.Content.ReadAsByteArrayAsync(Stop));
        }

        using var hasher = new TreeHasher();
        tiles.Hash(new Subtree(0, checkpoint.Size), hasher).ShouldBe(checkpoint.Root);
        tiles.Hash(new Subtree(0, 256), hasher).ShouldBe(tiles.Node(1, 0));
        foreach (var none in new[] { "0/000.p/257", "0/001", "0/002", "1/000.p/2", "x", "0/%00" })
        {
            (await auditor.GetAsync("/proof/tile/" + none, Stop)).StatusCode.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task A_timer_signs_what_was_added_and_puts_it_where_the_operator_wants()
    {
        var (folder, posted) = (Signing.NewFolder(), new TaskCompletionSource<string>());
        using var listener = new HttpListener();
        var port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var listening = Task.Run(async () =>
        {
            var context = await listener.GetContextAsync();
            using var reader = new StreamReader(context.Request.InputStream);
            posted.SetResult(await reader.ReadToEndAsync());
            context.Response.Close();
        }, Stop);
        await using var signing = await Signing.Open(ground, s => s with { Every = TimeSpan.FromMilliseconds(50), Folder = folder, Hook = new Uri($"http://127.0.0.1:{port}/") });
        var note = SignedNote.Read(await posted.Task.WaitAsync(Stop)).Value;
        await listening;

        // The first entry of every ledger that signs says by which key.
        var checkpoint = Checkpoint.Read(note.Text).Value;
        checkpoint.Size.ShouldBe(1);
        note.By(signing.Signer.Key, Ed25519.Verify).ShouldBe(Signed.Truly);
        File.ReadAllText(Path.Combine(folder, "000000000001.checkpoint")).ShouldBe(note.ToString());
        using var auditor = await signing.House.As("auditor");
        var entry = await auditor.GetStringAsync("/entries/0", Stop);
        entry.ShouldContain("ledgerKeyDeclared");
        entry.ShouldContain(signing.Signer.Key.ToString());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_new_key_is_declared_by_both_and_both_sign_once()
    {
        await using var signing = await Signing.Open(ground);
        using var administrator = await signing.House.As("administrator");
        using var auditor = await signing.House.As("auditor");
        var old = signing.Signer.Key;
        await auditor.Say("/proof/checkpoints", "");
        (await administrator.Say("/proof/keys", """{"reason":" "}""")).ShouldBeRefused(400, "question.parameter", "/reason");
        var answer = (await administrator.Say("/proof/keys", """{"reason":"yearly"}""")).Body;
        var key = NoteKey.Read(answer.GetProperty("key").GetString()!).Value;
        key.ShouldNotBe(old);
        key.Name.ShouldBe(old.Name);
        var declaration = SignedNote.Read(answer.GetProperty("declaration").GetString()!).Value;
        KeyDeclaration.Follow([old], [declaration], Ed25519.Verify).ShouldBe([old, key]);
        KeyDeclaration.Follow([], [declaration], Ed25519.Verify).ShouldBeEmpty();
        var both = SignedNote.Read(await auditor.GetStringAsync("/proof/checkpoint", Stop)).Value;
        (both.By(old, Ed25519.Verify), both.By(key, Ed25519.Verify)).ShouldBe((Signed.Truly, Signed.Truly));
        using var system = await signing.House.As("integrator");
        await system.Say("/capture", Stories.Company);
        await auditor.Say("/proof/checkpoints", "");
        var later = SignedNote.Read(await auditor.GetStringAsync("/proof/checkpoint", Stop)).Value;
        (later.By(old, Ed25519.Verify), later.By(key, Ed25519.Verify)).ShouldBe((Signed.Not, Signed.Truly));
        (await system.Say("/capture", """[{"kind":"ledgerKeyDeclared","id":"mine","happened":"2026-02-11T08:00:00Z"}]""")).Status.ShouldBe(422); // Nobody else says it.
    }

    [Fact]
    public async Task Two_servers_witness_each_other()
    {
        await using var one = await Signing.Open(ground);
        await using var other = await Signing.Open(ground);
        foreach (var (from, to) in new[] { (one, other), (other, one) })
        {
            using var here = await from.House.As("administrator");
            using var there = await to.House.As("administrator");
            (await there.Say("/witness/ledgers", $$"""{"key":"{{from.Signer.Key}}"}""")).Status.ShouldBe(201);
            (await here.Say("/proof/witnesses", $$"""{"key":"{{to.Signer.WitnessKey}}","address":"{{to.House.Address}}witness"}""")).Status.ShouldBe(201);
        }

        using var system = await one.House.As("integrator");
        using var auditor = await one.House.As("auditor");
        for (var i = 0; i < 3; i++)
        {
            await system.Say("/capture", $$"""[{"kind":"labelVerified","id":"w{{i}}","happened":"2026-02-11T08:00:00Z","items":["gs1:01/06901234567892/21/P1"],"place":"gs1:414/6901234000016"}]""");
            await auditor.Say("/proof/checkpoints", "");
            var note = SignedNote.Read(await auditor.GetStringAsync("/proof/checkpoint", Stop)).Value;
            note.By(other.Signer.WitnessKey, Ed25519.Verify).ShouldBe(Signed.Truly);
            note.CosignedAt(other.Signer.WitnessKey, Ed25519.Verify).ShouldNotBeNull();
        }

        using var reader = await other.House.As("auditor");
        var witnessed = (await reader.Ask("/witness/ledgers")).Body.GetProperty("ledgers")[0];
        witnessed.GetProperty("size").GetInt64().ShouldBe(4);
        (await auditor.Ask("/proof/witnesses")).Body.GetProperty("witnesses")[0].GetProperty("seen").GetInt64().ShouldBe(4);
    }

    [Fact]
    public async Task A_witness_answers_as_c2sp_has_it()
    {
        await using var witness = await Signing.Open(ground);
        using var administrator = await witness.House.As("administrator");
        using var ledgerFolder = new TemporaryKeys();
        var ledger = ledgerFolder.Signer;
        using var hasher = new TreeHasher();
        var tree = Tree.Of(20, hasher);
        SignedNote Of(int size, Digest? root = null) => ledger.Sign(new Checkpoint(ledger.Origin, size, root ?? Tree.Of(tree.Leaves[..size], hasher).Edge.Root(hasher)).Text);
        List<Digest> Path(int from, int to) => Subtree.Consistency(from, to).ConvertAll(p => tree.Tiles.Hash(p, hasher)!.Value);
        using var anybody = new HttpClient { BaseAddress = witness.House.Address };
        async Task<(int, string, string?)> Ask(string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "text/plain");
            using var answer = await anybody.PostAsync("/witness/add-checkpoint", content, Stop);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop), answer.Content.Headers.ContentType?.MediaType);
        }

        (await Ask(new WitnessRequest(0, [], Of(5)).ToString())).Item1.ShouldBe(404);
        (await administrator.Say("/witness/ledgers", $$"""{"key":"{{ledger.WitnessKey}}"}""")).ShouldBeRefused(400, "proof.key", "/key");
        (await administrator.Say("/witness/ledgers", $$"""{"key":"{{ledger.Key}}"}""")).Status.ShouldBe(201);
        (await Ask("nonsense")).Item1.ShouldBe(400);
        (await Ask(new WitnessRequest(0, [], ledger.Sign("no\ncheckpoint\n")).ToString())).Item1.ShouldBe(400);
        (await Ask(new WitnessRequest(0, [], witness.Signer.Sign(Of(5).Text)).ToString())).Item1.ShouldBe(403);
        (await Ask(new WitnessRequest(6, [], Of(5)).ToString())).Item1.ShouldBe(400);
        (await Ask(new WitnessRequest(3, Path(3, 5), Of(5)).ToString())).ShouldBe((409, "0\n", "text/x.tlog.size"));
        (await Ask(new WitnessRequest(0, Path(3, 5), Of(5)).ToString())).Item1.ShouldBe(422);
        var (status, line, _) = await Ask(new WitnessRequest(0, [], Of(5)).ToString());
        status.ShouldBe(200);
        SignedNote.Read(Of(5) + line).Value.By(witness.Signer.WitnessKey, Ed25519.Verify).ShouldBe(Signed.Truly);
        (await Ask(new WitnessRequest(5, Path(5, 20), Of(20, hasher.Leaf([1]))).ToString())).Item1.ShouldBe(422);
        (await Ask(new WitnessRequest(5, [], Of(5, hasher.Leaf([1]))).ToString())).Item1.ShouldBe(422);
        (await Ask(new WitnessRequest(5, Path(5, 20), Of(20)).ToString())).Item1.ShouldBe(200);
        (await Ask(new WitnessRequest(5, Path(5, 20), Of(20)).ToString())).ShouldBe((409, "20\n", "text/x.tlog.size"));
        (await Ask(new string('x', 100_000))).Item1.ShouldBe(413);
    }

    [Fact]
    public async Task The_signer_signs_no_other_past()
    {
        await using var signing = await Signing.Open(ground);
        using var system = await signing.House.As("integrator");
        using var auditor = await signing.House.As("auditor");
        await system.Say("/capture", Stories.Company);
        await auditor.Say("/proof/checkpoints", "");

        // An administrator of the database takes back the last two entries, as if they had never been.
        await signing.Do("delete from ledger.entry where position >= 6; delete from ledger.known where position >= 6; update ledger.head set size = 6, edge = null");
        await Clew.Server.Ledger.Rebuild.Tree(signing.Database, Stop);
        (await auditor.Say("/proof/checkpoints", "")).ShouldBeRefused(409, "proof.notSigned", "");
        (await signing.House.Services.GetRequiredService<Alarms>().List(Stop)).Single().Code.ShouldBe("audit.refused");
    }

    [Fact]
    public void A_key_is_protected_kept_and_never_another_ledgers()
    {
        using var keys = new TemporaryKeys();
        var (key, signed) = (keys.Signer.Key, keys.Signer.Sign(new Checkpoint(keys.Signer.Origin, 0, TreeHasher.Empty), []));
        Should.Throw<StorageException>(() => Signer.Open(keys.Folder, null, Now)).Message.ShouldContain("signing");
        keys.Signer.Dispose();
        using (var again = Signer.Open(keys.Folder, null, Now))
        {
            again.Key.ShouldBe(key);
            again.LastNote!.ToString().ShouldBe(signed.ToString());
            Should.Throw<SignerRefusesException>(() => again.Sign(new Checkpoint("another", 0, TreeHasher.Empty), []));
        }

        Should.Throw<StorageException>(() => Signer.Open(keys.Folder, "example.com/other", Now)).Message.ShouldContain("--origin");
        Should.Throw<StorageException>(() => Signer.Open(keys.Folder, "no name", Now)).Message.ShouldContain("blanks");
        if (!OperatingSystem.IsWindows())
        {
            var file = Path.Combine(keys.Folder, "ledger.key");
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            Should.Throw<StorageException>(() => Signer.Open(keys.Folder, null, Now)).Message.ShouldContain("chmod 600");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.WriteAllText(file, "PRIVATE+KEY+x");
            Should.Throw<StorageException>(() => Signer.Open(keys.Folder, null, Now)).Message.ShouldContain("holds no key");
        }
    }

    private static Digest Read(string text)
    {
        Digest.TryReadBase64(text, out var digest).ShouldBeTrue();
        return digest;
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}

/// <summary>A key folder that goes away.</summary>
internal sealed class TemporaryKeys : IDisposable
{
    public TemporaryKeys() => Signer = Signer.Open(Folder, null, new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public string Folder { get; } = Signing.NewFolder();

    public Signer Signer { get; }

    public void Dispose()
    {
        Signer.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>A server that signs. Unless told otherwise it makes a checkpoint only when asked.</summary>
internal sealed class Signing : IAsyncDisposable
{
    private readonly TemporaryKeys keys;

    private Signing(TemporaryKeys keys, House house, Npgsql.NpgsqlDataSource database) => (this.keys, House, Database) = (keys, house, database);

    public House House { get; }

    public Npgsql.NpgsqlDataSource Database { get; }

    public Signer Signer => keys.Signer;

    public static string NewFolder() => Path.Combine(Path.GetTempPath(), "clew-keys-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));

    public static async Task<Signing> Open(Ground ground, Func<ProofSettings, ProofSettings>? settings = null)
    {
        var keys = new TemporaryKeys();
        var (database, _) = await ground.NewDatabase();
        var usual = new ProofSettings(keys.Signer, TimeSpan.FromHours(1));
        return new Signing(keys, await House.Open(database, proof: settings is null ? usual : settings(usual)), database);
    }

    public async Task Do(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await House.DisposeAsync();
        keys.Dispose();
    }
}
