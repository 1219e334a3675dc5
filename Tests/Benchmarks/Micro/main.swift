// Times the stages that a page goes through, each alone, so that what became slower can be found:
//
//     LakeMicro PAGE.json FOLDER [ROUNDS [STAGE]]
//
// Prints a line per stage: its name, bytes of a round, and the CPU nanoseconds of each round, separated by tabs. With
// STAGE only that one runs: under a tool that counts instructions, two numbers of rounds give those of one.

import Glibc
import LakeModel
import LakeSource

func processNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

func contents(of path: String) -> PageBytes? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    var info = stat()
    guard file >= 0, fstat(file, &info) == 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: Int(info.st_size)), done = 0
    while done < bytes.count {
        let n = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress.map { $0 + done }, $0.count - done) }
        guard n > 0 else { return nil }
        done += n
    }
    return PageBytes(bytes)
}

let arguments = CommandLine.arguments
guard arguments.count >= 3, let page = contents(of: arguments[1]) else {
    print("usage: LakeMicro PAGE.json FOLDER [ROUNDS [STAGE]]")
    exit(64)
}
let rounds = arguments.count > 3 ? Int(arguments[3]) ?? 1 : 20
for stage in try Stages(page, selector: Selector(keys: ["data", "results"]), folder: arguments[2]).all()
where arguments.count < 5 || stage.name == arguments[4] {
    var taken: [Int] = []
    for _ in 0..<rounds {
        let before = processNanoseconds()
        try stage.run()
        taken.append(processNanoseconds() - before)
    }
    print("\(stage.name)\t\(stage.bytes)\t\(taken.map(String.init).joined(separator: "\t"))")
}
