/** What the shell says outside of the window, where the renderer's words do not reach. */
export interface Words {
  readonly state: Readonly<Record<'earning' | 'waiting' | 'stopped', string>>
  readonly order: (state: string, order: number) => string
  readonly tray: Readonly<Record<'open' | 'start' | 'stop' | 'snooze' | 'finish' | 'update' | 'quit', string>>
  readonly menu: Readonly<
    Record<
      | ('edit' | 'undo' | 'redo' | 'cut' | 'copy' | 'paste' | 'selectAll')
      | ('view' | 'resetZoom' | 'zoomIn' | 'zoomOut' | 'togglefullscreen'),
      string
    >
  >
  readonly leaving: Readonly<Record<'asked' | 'detail' | 'stay' | 'leave', string>>
  readonly updated: (version: string) => Readonly<Record<'title' | 'body', string>>
  readonly failed: string
  readonly changed: string
}

const en: Words = {
  state: { earning: 'Earning', waiting: 'Waiting for an order', stopped: 'Not earning' },
  order: (state, order) => `${state} – order ${order}`,
  tray: {
    open: 'Open Hearth',
    start: 'Start earning',
    stop: 'Pause',
    snooze: 'Pause 1 h',
    finish: 'Finish, then stop',
    update: 'Restart with the new version',
    quit: 'Quit',
  },
  menu: {
    edit: 'Edit',
    undo: 'Undo',
    redo: 'Redo',
    cut: 'Cut',
    copy: 'Copy',
    paste: 'Paste',
    selectAll: 'Select all',
    view: 'View',
    resetZoom: 'Actual size',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    togglefullscreen: 'Full screen',
  },
  leaving: {
    asked: 'A paid order is running.',
    detail: 'It goes on from its last batch when Hearth starts again, if that is before its end.',
    stay: 'Keep running',
    leave: 'Quit',
  },
  updated: (version) => ({
    title: `Hearth ${version} is here`,
    body: 'It comes into place when you quit, or from the tray.',
  }),
  failed: 'Hearth cannot start',
  changed: 'Files of Hearth are not as they were packaged. Install it again; your data is left as it is.',
}

const zhCN: Words = {
  state: { earning: '正在赚取', waiting: '等待订单', stopped: '未在赚取' },
  order: (state, order) => `${state} – 订单 ${order}`,
  tray: {
    open: '打开 Hearth',
    start: '开始赚取',
    stop: '暂停',
    snooze: '暂停 1 小时',
    finish: '完成后停止',
    update: '重新启动以使用新版本',
    quit: '退出',
  },
  menu: {
    edit: '编辑',
    undo: '撤销',
    redo: '重做',
    cut: '剪切',
    copy: '复制',
    paste: '粘贴',
    selectAll: '全选',
    view: '显示',
    resetZoom: '实际大小',
    zoomIn: '放大',
    zoomOut: '缩小',
    togglefullscreen: '全屏',
  },
  leaving: {
    asked: '有一个付费订单正在运行。',
    detail: '如果 Hearth 在订单结束前再次启动，它会从最后一批继续。',
    stay: '继续运行',
    leave: '退出',
  },
  updated: (version) => ({ title: `Hearth ${version} 已就绪`, body: '退出时或从托盘重新启动后即会启用。' }),
  failed: 'Hearth 无法启动',
  changed: 'Hearth 的文件与打包时不一致。请重新安装；您的数据不受影响。',
}

/** @param tag a language's BCP 47 tag */
export const wordsOf = (tag: string): Words => (tag.toLowerCase().startsWith('zh') ? zhCN : en)
