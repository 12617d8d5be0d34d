namespace Tachyon.Chain;

/// <summary>A deployment file that cannot be used, with its path and the reason.</summary>
public sealed class DeploymentFileException : Exception
{
    /// <param name="path">the file</param>
    /// <param name="reason">what is wrong with it</param>
    /// <param name="innerException">the cause</param>
    public DeploymentFileException(string path, string reason, Exception? innerException = null)
        : base($"Deployment file {path}: {reason}", innerException) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
