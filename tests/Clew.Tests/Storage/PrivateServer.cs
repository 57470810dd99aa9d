using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Clew.Server.Storage;
using Npgsql;

namespace Clew.Tests.Storage;

/// <summary>The private PostgreSQL: started by us and by a child process of ours, killed, started again.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class PrivateServer : IDisposable
{
    private readonly string folder = Path.Combine("/tmp", "clew-private-" + Guid.NewGuid().ToString("N")[..12]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static bool IsRoot => Environment.UserName == "root";

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task It_starts_in_an_empty_folder_runs_as_nobody_special_and_leaves_nothing_behind()
    {
        int postmaster;
        await using (var server = await PrivatePostgres.Start(folder, Stop))
        {
            postmaster = Postmaster();
            (UidOf(postmaster) == 0).ShouldBeFalse();
            File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await server.Ensure("a", Stop);
            await server.Ensure("a", Stop);
            (await Ask(server, "a", "show fsync")).ShouldBe("on");
            (await Ask(server, "a", "show synchronous_commit")).ShouldBe("on");
            (await Ask(server, "a", "show full_page_writes")).ShouldBe("on");
            (await Ask(server, "a", "show data_checksums")).ShouldBe("on");
            (await Ask(server, "a", "show listen_addresses")).ShouldBe("");
            (await Ask(server, "a", "show server_encoding")).ShouldBe("UTF8");
        }

        await Gone(postmaster);
        ProcessesOf(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Killed_by_force_it_is_started_again_and_all_that_was_acknowledged_is_there()
    {
        await using var server = await PrivatePostgres.Start(folder, Stop);
        await server.Ensure("a", Stop);
        await Ask(server, "a", "create table kept (n int)");
        for (var round = 0; round < 2; round++)
        {
            var acknowledged = 0;
            var writing = Task.Run(async () =>
            {
                while (true)
                {
                    try
                    {
                        await Ask(server, "a", "insert into kept values (" + (acknowledged + 1).ToString(CultureInfo.InvariantCulture) + ")");
                        Interlocked.Increment(ref acknowledged);
                    }
                    catch (NpgsqlException)
                    {
                        return;
                    }
                }
            }, Stop);
            await Until(() => Volatile.Read(ref acknowledged) > 20);
            var first = Postmaster();
            Kill(first, 9);
            await writing;
            await Until(async () => await Answers(server));
            Postmaster().ShouldNotBe(first);
            long.Parse((await Ask(server, "a", "select count(distinct n) from kept where n <= " + acknowledged.ToString(CultureInfo.InvariantCulture)))!, CultureInfo.InvariantCulture).ShouldBe(acknowledged);
            await Ask(server, "a", "truncate kept");
        }
    }

    [Fact]
    public async Task A_server_that_was_interrupted_behind_our_back_comes_back_too()
    {
        await using var server = await PrivatePostgres.Start(folder, Stop);
        var first = Postmaster();
        Kill(first, 2);
        await Gone(first);
        await Until(async () => await Answers(server));
    }

    [Fact]
    public async Task When_we_are_killed_it_goes_away_by_itself_and_the_next_start_recovers()
    {
        using var child = await Child(folder, []);
        var postmaster = Postmaster();
        var key = await KeyOf(folder, child);
        child.Kill();
        await child.WaitForExitAsync(Stop);
        // Not waited for: whoever starts again at once meets the old one while it is going.
        await using (var server = await PrivatePostgres.Start(folder, Stop))
        {
            (await Ask(server, "clew", "select count(*)::text from api_key")).ShouldBe(key);
        }

        await Gone(postmaster);
        ProcessesOf(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task When_we_are_killed_and_nobody_starts_again_nothing_is_left_running()
    {
        using var child = await Child(folder, []);
        var postmaster = Postmaster();
        child.Kill();
        await Gone(postmaster);
        await Until(() => ProcessesOf(folder).Count == 0);
    }

    [Fact]
    public async Task A_second_start_is_refused_with_words()
    {
        await using var server = await PrivatePostgres.Start(folder, Stop);
        var here = await Should.ThrowAsync<StorageException>(() => PrivatePostgres.Start(folder, Stop));
        here.Message.ShouldStartWith($"Another Clew is running on {folder}.");
        var (code, said) = await Run(Start(["key", "k", "auditor", "--data", folder]));
        (code, said).ShouldBe((1, "clew: " + here.Message));
        (await Answers(server)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_earlier_ends_left_behind_is_no_hindrance()
    {
        await using (await PrivatePostgres.Start(folder, Stop))
        {
        }

        // A pid file with the number of somebody who lives and is not PostgreSQL, as after a power cut; and a socket file that nobody serves.
        using var other = IsRoot
            ? Process.Start("/usr/bin/setpriv", ["--reuid", UidOfFile(Path.Combine(folder, "cluster")).ToString(CultureInfo.InvariantCulture), "--clear-groups", "sleep", "600"])
            : Process.Start("sleep", ["600"]);
        await File.WriteAllTextAsync(Path.Combine(folder, "cluster", "postmaster.pid"), $"{other.Id}\n{folder}/cluster\n1\n5432\n{folder}/socket\n\n", Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "socket", ".s.PGSQL.5432.lock"), $"{other.Id}\n{folder}/cluster\n1\n5432\n{folder}/socket\n", Stop);
        Own(folder);
        try
        {
            await using (var server = await PrivatePostgres.Start(folder, Stop))
            {
                (await Answers(server)).ShouldBeTrue();
            }
        }
        finally
        {
            other.HasExited.ShouldBeFalse();
            other.Kill();
        }

        // initdb killed in the middle.
        Directory.Move(Path.Combine(folder, "cluster"), Path.Combine(folder, "cluster.new"));
        await using (var server = await PrivatePostgres.Start(folder, Stop))
        {
            (await Answers(server)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_folder_that_holds_other_things_stays_as_it_is()
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "photograph"), "", Stop);
        var owner = UidOfFile(Path.Combine(folder, "photograph"));
        (await Should.ThrowAsync<StorageException>(() => PrivatePostgres.Start(folder, Stop))).Message.ShouldContain("holds other things");
        Directory.EnumerateFileSystemEntries(folder).Count().ShouldBe(1);
        UidOfFile(Path.Combine(folder, "photograph")).ShouldBe(owner);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_or_reached_is_said()
    {
        (await Should.ThrowAsync<StorageException>(() => PrivatePostgres.Start("/proc/clew", Stop))).Message.ShouldContain("--data or CLEW_DATA");
        (await Should.ThrowAsync<StorageException>(() => PrivatePostgres.Start("/tmp/" + new string('x', 120), Stop))).Message.ShouldContain("too deep");
        Assert.SkipUnless(IsRoot, "Only root runs it as somebody else.");
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        (await Should.ThrowAsync<StorageException>(() => PrivatePostgres.Start(Path.Combine(folder, "inner"), Stop))).Message.ShouldContain("cannot reach");
    }

    [Fact]
    public async Task A_cluster_of_a_version_that_is_gone_is_said()
    {
        await using (await PrivatePostgres.Start(folder, Stop))
        {
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "cluster", "PG_VERSION"), "12\n", Stop);
        (await Should.ThrowAsync<StorageException>(() => PrivatePostgres.Start(folder, Stop))).Message.ShouldContain("PostgreSQL 12, which is not installed any more");
    }

    [Fact]
    public async Task An_ordinary_user_has_it_in_the_usual_folder_of_data()
    {
        Assert.SkipUnless(IsRoot && File.Exists("/usr/bin/setpriv"), "Only root can make another user.");
        var name = "clew" + Guid.NewGuid().ToString("N")[..8];
        var (made, why) = await Run(new ProcessStartInfo("useradd", ["--create-home", "--home-dir", folder, name]));
        Assert.SkipUnless(made == 0, "No user can be made here: " + why);
        try
        {
            var start = Start(["serve", "--urls", "http://127.0.0.1:0"]);
            var whole = new ProcessStartInfo("/usr/bin/setpriv", ["--reuid", name, "--regid", name, "--clear-groups", start.FileName, .. start.ArgumentList]);
            whole.Environment.Clear();
            whole.Environment["HOME"] = folder;
            whole.Environment["PATH"] = "/usr/bin:/bin:" + Path.GetDirectoryName(start.FileName);
            using var child = await Serving(whole);
            var data = Path.Combine(folder, ".local", "share", "clew");
            var postmaster = int.Parse((await File.ReadAllLinesAsync(Path.Combine(data, "cluster", "postmaster.pid"), Stop))[0], CultureInfo.InvariantCulture);
            UidOf(postmaster).ShouldBe(UidOf(child.Id));
            UidOf(postmaster).ShouldNotBe(0u);
            child.Kill();
            await Gone(postmaster);
        }
        finally
        {
            await Run(new ProcessStartInfo("userdel", [name]));
        }
    }

    private int Postmaster() => int.Parse(File.ReadLines(Path.Combine(folder, "cluster", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private static async Task<bool> Answers(PrivatePostgres server)
    {
        try
        {
            return await Ask(server, "postgres", "select 'yes'") == "yes";
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<string?> Ask(PrivatePostgres server, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(database) + ";Pooling=false;Search Path=access,public");
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Stop))?.ToString();
    }

    // A process of ours that serves, once it says so.
    private static Task<Process> Child(string folder, string[] more) => Serving(Start(["serve", "--urls", "http://127.0.0.1:0", "--data", folder, .. more]));

    private static async Task<Process> Serving(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var child = Process.Start(start)!;
        string? line;
        do
        {
            line = await child.StandardOutput.ReadLineAsync(Stop);
        }
        while (line?.StartsWith("Clew listens on", StringComparison.Ordinal) == false);
        (line ?? await child.StandardError.ReadToEndAsync(Stop)).ShouldStartWith("Clew listens on");
        return child;
    }

    // Something acknowledged, and what to ask for it by.
    private static async Task<string> KeyOf(string folder, Process child)
    {
        child.HasExited.ShouldBeFalse();
        await using var connection = new NpgsqlConnection($"Host={folder}/socket;Username=clew;Database=clew;Pooling=false");
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("insert into access.api_key (id, name, role, hash, made_at, made_by) values (gen_random_uuid(), 'k', 'auditor', '\\x00', now(), 'system:test')", connection);
        await command.ExecuteNonQueryAsync(Stop);
        return "1";
    }

    private static ProcessStartInfo Start(string[] arguments) =>
        new(Environment.ProcessPath is { } host && host.EndsWith("dotnet", StringComparison.Ordinal) ? host : "dotnet", [Path.Combine(AppContext.BaseDirectory, "Clew.Server.dll"), .. arguments]);

    private static async Task<(int Code, string Said)> Run(ProcessStartInfo start)
    {
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, said.Trim());
    }

    private static uint UidOf(int process) => uint.Parse(File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2], CultureInfo.InvariantCulture);

    private static uint UidOfFile(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%u", path]) { RedirectStandardOutput = true })!;
        return uint.Parse(stat.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
    }

    private static void Own(string path)
    {
        using var chown = Process.Start("chown", ["-R", "--reference", Path.Combine(path, "cluster", "PG_VERSION"), path]);
        chown.WaitForExit();
    }

    private static List<int> ProcessesOf(string folder) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0 && id != Environment.ProcessId && CommandLine(id).Contains(folder, StringComparison.Ordinal)),
    ];

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static Task Gone(int process) => Until(() => Stat(process) is var stat && (stat.Length == 0 || stat.Contains(") Z ", StringComparison.Ordinal)));

    private static string Stat(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    private static async Task Until(Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));
            await Task.Yield();
        }
    }

    private static void Kill(int process, int signal) => kill(process, signal).ShouldBe(0);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
