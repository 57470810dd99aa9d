using Clew.Server.Storage;
using Clew.Tests.Web;
using Npgsql;

namespace Clew.Tests.Storage;

/// <summary>The schema in databases old, new, foreign and shared.</summary>
public sealed class Schema(Ground ground)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Applied_twice_it_is_the_same()
    {
        var (source, text) = await ground.NewDatabase();
        await using var _ = source;
        var first = await Describe(source);
        await Do(source, "update storage.version set version = 1");
        await using var again = await Database.Open(text, Stop);
        (await Describe(again)).ShouldBe(first);
        (await Ask(again, "select version from storage.version")).ShouldBe(Database.SchemaVersion);
    }

    [Fact]
    public async Task An_older_one_is_brought_up_with_what_it_holds()
    {
        var (source, text) = await ground.NewDatabase();
        await using var _ = source;
        var whole = await Describe(source);
        await Do(source, "alter table ledger.head drop column told; alter table capture.job drop column attempts; update ledger.head set size = 7; update storage.version set version = 1");
        await using var again = await Database.Open(text, Stop);
        (await Describe(again)).ShouldBe(whole);
        (await Ask(again, "select size from ledger.head")).ShouldBe(7L);
    }

    [Fact]
    public async Task A_newer_one_is_refused_and_nothing_is_changed()
    {
        var (source, text) = await ground.NewDatabase();
        await using var _ = source;
        await Do(source, $"update storage.version set version = {Database.SchemaVersion + 1}; drop table capture.part");
        var before = await Describe(source);
        (await Should.ThrowAsync<StorageException>(() => Database.Open(text, Stop))).Message.ShouldContain("newer Clew");
        (await Describe(source)).ShouldBe(before);
    }

    [Fact]
    public async Task Several_servers_start_at_once_on_an_empty_database()
    {
        var text = await ground.EmptyDatabase();
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Database.Open(text, Stop)));
        (await Ask(all[0], "select count(*) from ledger.head")).ShouldBe(1L);
        foreach (var one in all)
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task Foreign_tables_beside_ours_stay_what_they_are()
    {
        var text = await ground.EmptyDatabase("locale_provider icu icu_locale 'zh-CN' locale 'C' template template0 encoding UTF8");
        await using (var owner = NpgsqlDataSource.Create(text))
        {
            await Do(owner, "create table public.document (theirs int); create table public.item (theirs int); create table public.person (theirs int); insert into public.item values (1)");
        }

        var database = await Database.Open(text, Stop);
        await using var house = await House.Open(database);
        using var system = await house.As("integrator");
        using var quality = await house.As("qualityManager");
        (await system.Say("/capture", Stories.Company)).Status.ShouldBe(201);
        (await system.Say("/capture", Stories.Pumps)).Status.ShouldBe(201);

        // A language's own order of letters must not change what a search or a scope by product finds.
        (await quality.Ask("/trace/scope?product=gs1:01/06901234567892")).Body.GetProperty("containsNow").GetInt64().ShouldBe(4);
        (await quality.Ask("/trace/scope?supplier=gs1:417/6901234000030")).Body.GetProperty("containsNow").GetInt64().ShouldBe(3);
        (await quality.Ask("/devices?text=P")).Body.GetProperty("items").GetArrayLength().ShouldBe(4);
        (await Ask(database, "select count(*) from public.item")).ShouldBe(1L);
        (await Ask(database, "select count(*) from public.person")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_schema_of_somebody_elses_that_is_called_like_ours_is_left_alone()
    {
        var text = await ground.EmptyDatabase();
        await using var owner = NpgsqlDataSource.Create(text);
        await Do(owner, "create schema access; create table access.person (theirs int)");
        (await Should.ThrowAsync<StorageException>(() => Database.Open(text, Stop))).Message.ShouldContain("access");
        (await Ask(owner, "select count(*) from pg_namespace where nspname = 'storage'")).ShouldBe(0L);
    }

    [Fact]
    public async Task A_database_that_cannot_hold_Chinese_is_refused()
    {
        var text = await ground.EmptyDatabase("encoding SQL_ASCII template template0");
        (await Should.ThrowAsync<StorageException>(() => Database.Open(text, Stop))).Message.ShouldContain("UTF8");
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=a;Password=b;Database=c", "cannot be reached")]
    [InlineData("Host=nowhere.invalid;Username=a", "cannot be reached")]
    [InlineData("Hst=x", "--database does not read")]
    [InlineData("nonsense", "--database does not read")]
    public async Task A_server_that_is_not_there(string text, string words)
    {
        var said = (await Should.ThrowAsync<StorageException>(() => Database.Open(text, Stop))).Message;
        said.ShouldContain(words);
        said.ShouldContain("--database");
    }

    [Fact]
    public async Task A_server_that_does_not_let_us_in()
    {
        var text = new NpgsqlConnectionStringBuilder(await ground.EmptyDatabase());
        (await Should.ThrowAsync<StorageException>(() => Database.Open(new NpgsqlConnectionStringBuilder(text.ConnectionString) { Username = "stranger" }.ConnectionString, Stop))).Message.ShouldContain("let us in");
        (await Should.ThrowAsync<StorageException>(() => Database.Open(new NpgsqlConnectionStringBuilder(text.ConnectionString) { Database = "none" }.ConnectionString, Stop))).Message.ShouldContain("createdb");
        await using var owner = NpgsqlDataSource.Create(text.ConnectionString);
        await Do(owner, "create role guest login");
        (await Should.ThrowAsync<StorageException>(() => Database.Open(new NpgsqlConnectionStringBuilder(text.ConnectionString) { Username = "guest" }.ConnectionString, Stop))).Message.ShouldContain("grant create");
    }

    private static async Task<string?> Describe(NpgsqlDataSource source) => await Ask(source, """
        select string_agg(table_schema || '.' || table_name || '.' || column_name || ' ' || data_type, E'\n' order by table_schema, table_name, column_name)
        from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')
        """) as string;

    private static async Task<object?> Ask(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Stop);
    }

    private static async Task Do(NpgsqlDataSource source, string sql)
    {
        await using var connection = await source.OpenConnectionAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Stop);
    }
}
