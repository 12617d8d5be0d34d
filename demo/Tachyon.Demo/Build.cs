using System.Runtime.InteropServices;

namespace Tachyon.Demo;

/// <summary>Where this checkout and its built programs lie.</summary>
internal static class Build
{
    private static readonly Lazy<string> RootDirectory = new(FindRoot);

    public static string Root => RootDirectory.Value;

    /// <summary>The program of a project, in the same configuration that this one was built in.</summary>
    public static string Binary(string project, string name)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var path = Path.Combine(Root, project, "bin", configuration, "net10.0", name);
        return File.Exists(path) ? path : throw new DemoFailure($"{path} is missing: build the solution first (./demo.sh does).");
    }

    /// <summary>A native program that npm installed with the contracts. Not its launcher, which hides exit codes.</summary>
    public static string ContractTool(string name)
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "amd64";
        var path = Path.Combine(Root, "contracts", "node_modules", "@foundry-rs", $"{name}-linux-{architecture}", "bin", name);
        return File.Exists(path) ? path : throw new DemoFailure($"{name} is missing: run ./eng/setup.sh.");
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Tachyon.sln")))
            {
                return directory.FullName;
            }
        }

        throw new DemoFailure("the demo runs from a checkout: Tachyon.sln was not found above it.");
    }
}
