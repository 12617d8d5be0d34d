using Tachyon.EdgeTunnel.Cli;

return await EdgeCommandLine.Create()
    .AddKeys()
    .AddChannels()
    .AddStatus()
    .AddConfig()
    .RunAsync(args);
