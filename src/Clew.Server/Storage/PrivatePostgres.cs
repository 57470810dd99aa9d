using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace Clew.Server.Storage;

/// <summary>
/// A PostgreSQL of our own: found among the installed binaries, its cluster in the user's data folder, reachable only through a
/// socket in a folder that nobody else may enter. It starts with us and stops with us, however we end.
/// </summary>
/// <remarks>
/// A shell stands between us and the server and holds one end of a pipe: when we die, even by <c>kill -9</c>, the pipe closes and
/// the shell shuts the server down in order. When the server dies, we start it again, and it recovers from its log.
/// PostgreSQL refuses to run as root, so as root we start it under an unprivileged user.
/// </remarks>
public sealed class PrivatePostgres : IAsyncDisposable
{
    /// <summary>The oldest major version whose SQL we use.</summary>
    public const int MajorMin = 15;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(30);

    // A server killed a moment ago still holds its memory, one that outlived its owner is still writing its last checkpoint.
    private static readonly TimeSpan LetGoMax = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ReviveEvery = TimeSpan.FromSeconds(5);

    private readonly string folder;
    private readonly string binaries;
    private readonly string? runAs;
    private readonly FileStream ownership;
    private readonly CancellationTokenSource stopping = new();
    private Process? guard;
    private Task watch = Task.CompletedTask;

    private PrivatePostgres(string folder, string binaries, string? runAs, FileStream ownership)
    {
        this.folder = folder;
        this.binaries = binaries;
        this.runAs = runAs;
        this.ownership = ownership;
    }

    private string Cluster => Path.Combine(folder, "cluster");

    private string Sockets => Path.Combine(folder, "socket");

    private string LogFile => Path.Combine(folder, "postgres.log");

    /// <summary>How to reach the database of this name; create it with <see cref="Ensure"/> first.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = Sockets,
        Username = "clew",
        Database = database,
        MaxPoolSize = 40,
    }.ConnectionString;

    /// <summary>Where data lies when nobody says otherwise: the user's data folder; for root, a folder that an unprivileged user can enter.</summary>
    public static string DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable("CLEW_DATA") is { Length: > 0 } chosen)
        {
            return Path.GetFullPath(chosen);
        }

        return IsRoot() ? "/var/lib/clew" : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "clew");
    }

    /// <summary>Starts the server in this folder, makes its cluster first if there is none, and stops one that outlived its owner.</summary>
    /// <exception cref="StorageException">With what to do, when it cannot be.</exception>
    public static async Task<PrivatePostgres> Start(string folder, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new StorageException("On Windows, start PostgreSQL yourself and name it: clew serve --database \"Host=localhost;Username=…;Password=…;Database=clew\".");
        }

        // A socket's path must fit into 107 bytes (sun_path).
        if (System.Text.Encoding.UTF8.GetByteCount(Path.Combine(folder, "socket", ".s.PGSQL.5432")) > 107)
        {
            throw new StorageException($"The folder {folder} is too deep for a socket. Choose a shorter one with CLEW_DATA.");
        }

        var runAs = IsRoot() ? UnprivilegedUser() : null;
        var ownership = Own(folder);
        try
        {
            var server = new PrivatePostgres(folder, FindBinaries(MajorOf(folder)), runAs, ownership);
            try
            {
                await server.Prepare(ct);
                await server.Run(ct);
                server.watch = server.Watch();
                return server;
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await ownership.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the database if it is not there.</summary>
    public async Task Ensure(string database, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(ct);
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = database } } };
        if (await exists.ExecuteScalarAsync(ct) is null)
        {
            await using var create = new NpgsqlCommand($"create database \"{database.Replace("\"", "", StringComparison.Ordinal)}\"", connection);
            await create.ExecuteNonQueryAsync(ct);
        }
    }

    /// <summary>Stops the server in order and lets the folder go.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watch;
        await Stop();
        guard?.Dispose();
        stopping.Dispose();
        await ownership.DisposeAsync();
    }

    private async Task Stop()
    {
        if (guard is not { HasExited: false } running)
        {
            return;
        }

        running.StandardInput.Close();
        using var patience = new CancellationTokenSource(StopMax);
        try
        {
            await running.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            running.Kill(entireProcessTree: true);
        }
    }

    // Ours alone, and nobody's photographs: as root we give the folder and all that is in it to another user.
    private static FileStream Own(string folder)
    {
        var file = Path.Combine(folder, "owner.lock");
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(file) && Directory.EnumerateFileSystemEntries(folder).Any())
            {
                throw new StorageException($"The folder {folder} holds other things. Choose an empty one with --data or CLEW_DATA.");
            }

            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is WouldBlockOnLinux or WouldBlockOnMac)
        {
            throw new StorageException($"Another Clew is running on {folder}. Stop it, or choose another folder with --data or CLEW_DATA.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"The folder {folder} cannot be used: {e.Message} Choose one that this user may write to with --data or CLEW_DATA; what was started as root is started as root again.");
        }
    }

    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;

    private async Task Prepare(CancellationToken ct)
    {
        // The unprivileged user owns the folder, nobody else may enter it.
        await Must("/bin/sh", ["-c", runAs is null ? "mkdir -p \"$0/socket\" && chmod 700 \"$0\" \"$0/socket\"" : $"mkdir -p \"$0/socket\" && chown -R {runAs}: \"$0\" && chmod 700 \"$0\" \"$0/socket\"", folder], ct);
        if (runAs is not null)
        {
            var (test, inside) = AsUser(["/bin/sh", "-c", "test -w \"$0\"", folder]);
            using var may = Process.Start(test, inside);
            await may.WaitForExitAsync(ct);
            if (may.ExitCode != 0)
            {
                throw new StorageException($"PostgreSQL does not run as root, and the user '{runAs}' that it runs as cannot reach {folder}. Choose a folder outside of closed ones with --data or CLEW_DATA, such as /var/lib/clew.");
            }
        }

        if (!Directory.Exists(Cluster))
        {
            // Under another name until it is whole: initdb writes PG_VERSION early, and may be killed like anybody.
            var unfinished = Cluster + ".new";
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }

            var (program, arguments) = AsUser([Path.Combine(binaries, "initdb"), "-D", unfinished, "-U", "clew", "-A", "trust", "-E", "UTF8", "--locale=C", "--data-checksums", "--no-instructions"]);
            await Must(program, arguments, ct);
            Directory.Move(unfinished, Cluster);
        }
    }

    private async Task Run(CancellationToken ct)
    {
        // One that answers now has lost its owner, or its guard: it is about to stop, and must not be relied upon.
        var clock = Stopwatch.StartNew();
        if (await Answers(ct))
        {
            await Interrupt(ct);
        }

        await ForgetStranger(ct);
        Launch();
        while (!await Answers(ct))
        {
            if (guard!.HasExited)
            {
                if (clock.Elapsed > LetGoMax)
                {
                    throw new StorageException($"PostgreSQL does not start. The end of {LogFile}:\n{LogEnd()}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200), ct);
                Launch();
            }
            else if (clock.Elapsed > StartMax)
            {
                throw new StorageException($"PostgreSQL did not answer within {StartMax.TotalSeconds} s. The end of {LogFile}:\n{LogEnd()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), ct);
        }
    }

    // Starts the server again whenever it ends, for as long as it takes: the disk may be full now and have room in a minute.
    private async Task Watch()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await guard!.WaitForExitAsync(stopping.Token);
                await Run(stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (StorageException e)
            {
                await Console.Error.WriteLineAsync("clew: " + e.Message);
                await Task.Delay(ReviveEvery, stopping.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private void Launch()
    {
        var log = new FileInfo(LogFile);
        if (log.Exists && log.Length > 16 << 20)
        {
            log.Delete();
        }

        var memory = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20 >> 3, 128, 4096);
        string[] settings =
        [
            "listen_addresses=", $"unix_socket_directories={Sockets}", "unix_socket_permissions=0700", "max_connections=100",
            $"shared_buffers={memory}MB", "work_mem=64MB", "maintenance_work_mem=256MB", "max_wal_size=4GB", "checkpoint_timeout=15min", "wal_compression=lz4",
            "jit=off", "random_page_cost=1.1", "effective_io_concurrency=64", "default_toast_compression=lz4", "log_min_messages=warning", "timezone=UTC",
        ];
        var (program, arguments) = AsUser(
        [
            "/bin/sh", "-c",
            "exec 3<&0; \"$@\" <&- 3<&- & p=$!; (cat <&3 >/dev/null; kill -INT $p) & c=$!; wait $p; e=$?; kill $c 2>/dev/null; exit $e",
            "clew-postgres", Path.Combine(binaries, "postgres"), "-D", Cluster, .. settings.SelectMany(s => new[] { "-c", s }),
        ]);

        // In a session of its own, so that Ctrl-C reaches us and not the server: we stop it when we are done with it.
        guard?.Dispose();
        guard = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec setsid \"$@\" >>\"$0\" 2>&1", LogFile, program, .. arguments])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        }) ?? throw new StorageException("PostgreSQL could not be started.");
    }

    private async Task<bool> Answers(CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false;Timeout=5");
            await connection.OpenAsync(ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // Only ever said to a server that answered on our socket a moment ago: the number in a pid file that a power cut left behind may
    // be anybody's by now.
    private async Task Interrupt(CancellationToken ct)
    {
        try
        {
            var pid = (await File.ReadAllLinesAsync(Path.Combine(Cluster, "postmaster.pid"), ct))[0];
            using var kill = Process.Start("/bin/sh", ["-c", "kill -s INT \"$0\" 2>/dev/null; for i in $(seq 100); do kill -0 \"$0\" 2>/dev/null || break; sleep 0.1; done", pid]);
            await kill.WaitForExitAsync(ct);
        }
        catch (Exception e) when (e is IOException or IndexOutOfRangeException)
        {
            // It went away by itself.
        }
    }

    // After a power cut, and in every container, the number in the pid file may be that of another process of the same user, and
    // PostgreSQL would refuse to start beside it. We own the folder and see whether it is a server.
    private async Task ForgetStranger(CancellationToken ct)
    {
        foreach (var file in new[] { Path.Combine(Cluster, "postmaster.pid"), Path.Combine(Sockets, ".s.PGSQL.5432.lock") })
        {
            if (File.Exists(file) && (await File.ReadAllLinesAsync(file, ct)) is [var pid, ..]
                && File.Exists($"/proc/{pid}/comm") && (await File.ReadAllTextAsync($"/proc/{pid}/comm", ct)).Trim() != "postgres")
            {
                File.Delete(file);
            }
        }
    }

    private (string Program, string[] Arguments) AsUser(string[] command) => runAs is null
        ? (command[0], command[1..])
        : File.Exists("/usr/bin/setpriv")
            ? ("/usr/bin/setpriv", ["--reuid", runAs, "--regid", runAs, "--clear-groups", .. command])
            : ("runuser", ["-u", runAs, "--", .. command]);

    private async Task Must(string program, string[] arguments, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        using var process = Process.Start(start) ?? throw new StorageException($"{program} could not be started.");
        var errors = process.StandardError.ReadToEndAsync(ct);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
        {
            throw new StorageException($"{program} failed in {folder}: {await errors} {await output}".Trim());
        }
    }

    private string LogEnd()
    {
        try
        {
            return string.Join('\n', File.ReadLines(LogFile).TakeLast(20));
        }
        catch (IOException)
        {
            return "(no log)";
        }
    }

    // Of the version that made the cluster; for a new one the newest.
    private static string FindBinaries(int? made)
    {
        if (Environment.GetEnvironmentVariable("CLEW_POSTGRES_BIN") is { Length: > 0 } named)
        {
            return named;
        }

        string[] roots = ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt", "/usr/local/pgsql", "/Applications/Postgres.app/Contents/Versions"];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(roots.Where(Directory.Exists).SelectMany(Directory.GetDirectories).Select(d => Path.Combine(d, "bin")))
            .Append("/usr/local/pgsql/bin");
        return folders
            .Where(f => File.Exists(Path.Combine(f, "postgres")) && File.Exists(Path.Combine(f, "initdb")))
            .Select(f => (Folder: f, Major: Major(f)))
            .Where(f => made is null ? f.Major >= MajorMin : f.Major == made)
            .OrderByDescending(f => f.Major)
            .Select(f => f.Folder)
            .FirstOrDefault() ?? throw new StorageException(made is null
                ? $"No PostgreSQL {MajorMin} or newer was found. Install it (Debian: apt-get install postgresql), or name the folder of its binaries in CLEW_POSTGRES_BIN, or name a running server: clew serve --database \"Host=…\"."
                : $"The data were made by PostgreSQL {made}, which is not installed any more. Install it again (Debian: apt-get install postgresql-{made}), or name the folder of its binaries in CLEW_POSTGRES_BIN.");
    }

    private static int? MajorOf(string folder)
    {
        var file = Path.Combine(folder, "cluster", "PG_VERSION");
        return File.Exists(file) && int.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : null;
    }

    private static int Major(string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(folder, "postgres"), ["--version"]) { RedirectStandardOutput = true });
        var version = process?.StandardOutput.ReadToEnd() ?? "";
        var digits = new string([.. version.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;
    }

    private static string UnprivilegedUser()
    {
        var users = File.Exists("/etc/passwd") ? File.ReadAllLines("/etc/passwd") : [];
        return new[] { "postgres", "nobody" }.FirstOrDefault(u => users.Any(l => l.StartsWith(u + ":", StringComparison.Ordinal)))
            ?? throw new StorageException("PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody'. Start Clew as an ordinary user.");
    }

    private static bool IsRoot() => !OperatingSystem.IsWindows() && geteuid() == 0;

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();
}

/// <summary>The store cannot be used; the message says what to do.</summary>
public sealed class StorageException(string message) : Exception(message);
